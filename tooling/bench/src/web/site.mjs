import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const PACKAGES = ["core", "runtime-ort", "runtime-web"];
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const FILES = ["config.json", "model.safetensors", "preprocessor_config.json", "processor_config.json"];
const imports = Object.fromEntries(PACKAGES.flatMap(modulesOf));
const PAGE = `<!doctype html><title>bench</title><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="/page.js"></script>`;

/**
 * A cross-origin isolated site with the built packages, the page that measures, and a model's files under `/model/`.
 *
 * @returns {Promise<{ origin: string, model: { name: string, files: Record<string, string> }, close(): void }>}
 */
export async function startSite(folder) {
  const page = await bundlePage();
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url ?? "/", "http://localhost");
    const body = pathname === "/" ? PAGE : pathname === "/page.js" ? page : await find(pathname, folder);
    response.writeHead(body ? 200 : 404, {
      "Content-Type":
        pathname === "/" ? "text/html" : (TYPES[extname(pathname)] ?? "application/octet-stream"),
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const there = await Promise.all(FILES.map((name) => find(`/model/${name}`, folder)));
  const names = FILES.filter((_, i) => there[i]);
  const files = Object.fromEntries(names.map((name) => [name, `${origin}/model/${name}`]));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin, model: { name: "measured", files }, close };
}

/** What a package lets others import, and where the site serves it. */
function modulesOf(name) {
  const { exports } = createRequire(import.meta.url)(`@sam2js/${name}/package.json`);
  return Object.entries(exports)
    .filter(([, target]) => typeof target === "object")
    .map(([path, target]) => [
      `@sam2js/${name}${path.slice(1)}`,
      `/packages/${name}${fileOf(target).slice(1)}`,
    ]);
}

/** Conditions may lie in conditions. */
function fileOf(target) {
  return typeof target === "string" ? target : fileOf(target.import ?? target.default);
}

function find(pathname, folder) {
  const [, kind, name, ...rest] = pathname.split("/");
  const isModel = kind === "model" && FILES.includes(name) && rest.length === 0;
  const isPackage = kind === "packages" && PACKAGES.includes(name) && !rest.includes("..");
  if (!isModel && !isPackage) return undefined;
  const root = isPackage && dirname(fileURLToPath(import.meta.resolve(`@sam2js/${name}/package.json`)));
  return readFile(isModel ? join(folder, name) : join(root, ...rest)).catch(() => undefined);
}

async function bundlePage() {
  // The Hub's library names its browser build beside `exports`, where esbuild does not look.
  const { resolve } = createRequire(import.meta.resolve("@sam2js/checkpoint/package.json"));
  const hub = join(dirname(resolve("@huggingface/hub")), "browser", "index.mjs");
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("page.mjs", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    external: Object.keys(imports),
    alias: { "@huggingface/hub": hub },
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0].contents;
}
