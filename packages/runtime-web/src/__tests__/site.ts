import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const PACKAGES = fileURLToPath(new URL("../../../", import.meta.url));
/** As on many servers, there is no type for .mjs. */
const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};
const NONCE = "c2FtMmpz";
/** What a careful site sends: no eval, no CDN; WASM may be compiled. */
const POLICY = `default-src 'none'; script-src 'self' 'nonce-${NONCE}' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' blob: http://127.0.0.1:*; img-src 'self' blob: data:`;
const IMPORT_MAP = {
  imports: {
    "@sam2js/core": "/packages/core/dist/index.js",
    "@sam2js/core/testing": "/packages/core/dist/testing/index.js",
    "@sam2js/runtime-ort": "/packages/runtime-ort/dist/index.js",
    "@sam2js/runtime-web": "/packages/runtime-web/dist/index.js",
  },
};
const PAGE = `<!doctype html><meta charset="utf-8"><title>test</title><link rel="icon" href="data:,">
<script type="importmap" nonce="${NONCE}">${JSON.stringify(IMPORT_MAP)}</script>
<script type="module" src="/page.js"></script>`;

/** A static site with the built packages, the test page, and files put there by tests. */
export interface Site {
  readonly origin: string;
  /** Files by path, beside those of the packages. */
  readonly files: Map<string, Uint8Array>;
  close(): Promise<void>;
}

/** Serves `/` cross-origin isolated and `/plain` not, both under a strict content security policy. */
export async function startSite(): Promise<Site> {
  const files = new Map<string, Uint8Array>([["/page.js", await bundlePage()]]);
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const isPage = pathname === "/" || pathname === "/plain";
    const body = isPage ? new TextEncoder().encode(PAGE) : await find(pathname, files);
    if (pathname !== "/plain") {
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    }
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader(
      "Content-Type",
      isPage ? "text/html" : (TYPES[path.extname(pathname)] ?? "application/octet-stream"),
    );
    response.writeHead(body ? 200 : 404).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, files, close: () => close(server) };
}

async function find(
  pathname: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Uint8Array | undefined> {
  const known = files.get(pathname);
  if (known || !pathname.startsWith("/packages/")) return known;
  return readFile(path.join(PACKAGES, path.normalize(pathname.slice("/packages".length)))).catch(
    () => undefined,
  );
}

/** The page's code with every package but those of the import map, which must exist once. */
async function bundlePage(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./page.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["@sam2js/source"],
    external: Object.keys(IMPORT_MAP.imports),
    alias: { "@huggingface/hub": hubForBrowsers() },
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0]?.contents as Uint8Array;
}

/** The Hub's library names its browser build in `browser` beside `exports`, where esbuild (unlike Vite) does not look. */
function hubForBrowsers(): string {
  const { resolve } = createRequire(path.join(PACKAGES, "checkpoint", "package.json"));
  return path.join(path.dirname(resolve("@huggingface/hub")), "browser", "index.mjs");
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
