import { cpSync, createReadStream, existsSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../packages/standalone/dist", import.meta.url));
const FILES = [
  "sam2js.js",
  "nano.safetensors",
  "ort-wasm-simd-threaded.wasm",
  "ort-wasm-simd-threaded.asyncify.wasm",
];
const TYPES = { js: "text/javascript", wasm: "application/wasm", safetensors: "application/octet-stream" };

/** Puts the module that the playground runs beside the built pages, as `sam2js/`. */
export function copyStandalone(outDir) {
  mkdirSync(join(outDir, "sam2js"), { recursive: true });
  for (const name of FILES) cpSync(join(FOLDER, name), join(outDir, "sam2js", name));
}

/** Serves the same while the site is written. */
export function serveStandalone() {
  return {
    name: "sam2js:standalone",
    configureServer({ middlewares }) {
      middlewares.use("/sam2js/", ({ url }, response, next) => {
        const name = basename(url.split("?")[0]);
        if (!FILES.includes(name) || !existsSync(join(FOLDER, name))) return next();
        response.setHeader("Content-Type", TYPES[name.split(".").at(-1)]);
        createReadStream(join(FOLDER, name)).pipe(response);
      });
    },
  };
}
