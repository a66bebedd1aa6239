import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};
const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * The built web app with its hooks for tests, cross-origin isolated.
 *
 * @returns {Promise<{ origin: string, close(): void }>}
 */
export async function startApp() {
  const root = join(dirname(fileURLToPath(import.meta.resolve("@sam2js/web/package.json"))), "dist-testing");
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url ?? "/", "http://localhost");
    const body = await find(root, pathname === "/" ? "/index.html" : pathname);
    const type = TYPES[pathname === "/" ? ".html" : extname(pathname)] ?? "application/octet-stream";
    response.writeHead(body ? 200 : 404, { "Content-Type": type, ...HEADERS });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, close };
}

function find(root, pathname) {
  const parts = pathname.split("/").filter(Boolean);
  return parts.includes("..") ? undefined : readFile(join(root, ...parts)).catch(() => undefined);
}
