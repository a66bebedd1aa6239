import { cpSync, createReadStream, existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const STANDALONE = [
  "sam2js.js",
  "nano.safetensors",
  "ort-wasm-simd-threaded.wasm",
  "ort-wasm-simd-threaded.asyncify.wasm",
];

/** Address → file of the repository: the module that the playground runs, the pictures that readers save for their programs, the icon. */
const FILES = new Map([
  ...STANDALONE.map((name) => [`/sam2js/${name}`, join(ROOT, "packages", "standalone", "dist", name)]),
  ...photos().map((name) => [`/images/${name}`, join(ROOT, "examples", "images", name)]),
  ["/icon.svg", join(ROOT, "apps", "web", "public", "icon.svg")],
]);
const TYPES = {
  js: "text/javascript",
  wasm: "application/wasm",
  safetensors: "application/octet-stream",
  jpg: "image/jpeg",
  svg: "image/svg+xml",
};

/** Pictures that pages call `/name.jpg`. */
export const PICTURES = join(ROOT, "docs", "pictures");

/** The pictures of the examples, by their paths in `examples/images`. */
function photos() {
  const names = readdirSync(join(ROOT, "examples", "images"), { recursive: true, encoding: "utf8" });
  return names.map((name) => name.replaceAll("\\", "/")).filter((name) => name.endsWith(".jpg"));
}

/** Puts the files beside the built pages. */
export function copyFiles(outDir) {
  cpSync(PICTURES, outDir, { recursive: true });
  for (const [address, file] of FILES) cpSync(file, join(outDir, address));
}

/** Serves the same while the site is written. */
export function serveFiles() {
  return {
    name: "sam2js:files",
    configureServer({ middlewares }) {
      middlewares.use(({ url }, response, next) => {
        const file = FILES.get(url.split("?")[0]);
        if (!file || !existsSync(file)) return next();
        response.setHeader("Content-Type", TYPES[basename(file).split(".").at(-1)]);
        createReadStream(file).pipe(response);
      });
    },
  };
}

/** Nothing of an earlier build stays: VitePress empties the folder only where it builds a client for all pages. */
export function emptyOutput(outDir) {
  return {
    name: "sam2js:empty-output",
    apply: "build",
    buildStart: () => rmSync(outDir, { recursive: true, force: true }),
  };
}
