import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const PACKAGES = fileURLToPath(new URL("../../../", import.meta.url));
const IMAGES = path.join(PACKAGES, "..", "examples", "images");
const TYPES: Readonly<Record<string, string>> = { ".js": "text/javascript", ".wasm": "application/wasm" };
/** These exist once, as they are built: they find their workers beside them. */
const BUILT = ["core", "runtime-ort", "runtime-web"];
const IMPORTS = Object.fromEntries(
  BUILT.map((name) => [`@sam2js/${name}`, `/packages/${name}/dist/index.js`]),
);
/** What a careful site sends. Inline styles are not among it. */
const POLICY =
  "default-src 'none'; script-src 'self' 'nonce-1' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' blob:; img-src 'self'; style-src 'self'";

/** Serves pages with a given body and the element, isolated and under a strict policy. */
export async function startSite(bodies: Readonly<Record<string, string>>) {
  const script = await bundle();
  const page = (
    body: string,
  ) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>test</title><link rel="icon" href="/icon">
<script type="importmap" nonce="1">${JSON.stringify({ imports: IMPORTS })}</script><script type="module" src="/page.js"></script>
<main><h1>Test</h1>${body}</main>`;
  const find = async (pathname: string): Promise<Uint8Array | string | undefined> => {
    if (bodies[pathname] !== undefined) return page(bodies[pathname]);
    if (pathname === "/page.js") return script;
    const [, first, ...rest] = path.normalize(pathname).split(path.sep);
    const folders: Readonly<Record<string, string>> = {
      packages: PACKAGES,
      model: path.join(PACKAGES, "nano", "model"),
      images: IMAGES,
    };
    const folder = folders[first ?? ""];
    return folder && readFile(path.join(folder, ...rest)).catch(() => undefined);
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const body = await find(pathname);
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    response.setHeader("Content-Security-Policy", POLICY);
    const type = bodies[pathname] === undefined ? TYPES[path.extname(pathname)] : "text/html";
    response.setHeader("Content-Type", type ?? "application/octet-stream");
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://127.0.0.1:${port}`, close };
}

async function bundle(): Promise<Uint8Array> {
  const { resolve } = createRequire(path.join(PACKAGES, "checkpoint", "package.json"));
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../define.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["@sam2js/source"],
    external: Object.keys(IMPORTS),
    alias: {
      "@huggingface/hub": path.join(path.dirname(resolve("@huggingface/hub")), "browser", "index.mjs"),
    },
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0]?.contents as Uint8Array;
}
