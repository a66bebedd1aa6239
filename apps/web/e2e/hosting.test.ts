import { readdir, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clickPhoto, type Opened, openApp, openExample } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
/** A table of types as web servers come with, such as Debian's nginx: nothing for .mjs, .safetensors, .onnx. */
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".css": "text/css",
  ".js": "application/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
};

/** Serves the built app below a path, without headers of its own. */
async function serve(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const name = decodeURIComponent(pathname.slice("/below/".length)) || "index.html";
    const body = await readFile(join(DIST, name)).catch(() => undefined);
    const type = TYPES[extname(name)] ?? "application/octet-stream";
    response.writeHead(body ? 200 : 404, { "Content-Type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/below/`, server };
}

describeInBrowser("a web server that knows the common types only", {}, (stage) => {
  let server: Server;
  let opened: Opened;
  beforeAll(async () => {
    const served = await serve();
    server = served.server;
    // What the app for tests would obey.
    opened = await openApp(stage.browser, `${served.url}?test&device=wasm&engine=fake&fault=held-load`);
  });
  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
  });

  it("is enough: a model loads and a click gives a mask", async () => {
    const { page, complaints } = opened;
    await openExample(page);
    await clickPhoto(page, 0.5, 0.72);
    await page.getByTestId("object-row").getByText("%").waitFor();
    expect(complaints).toEqual([]);
  });

  it("gives nobody hooks, faults and stand-ins of tests", async () => {
    const { page } = opened;
    await page.locator('main[data-model="nano"]').waitFor();
    expect(await page.evaluate(() => "__sam2js" in globalThis)).toBe(false);
    for (const name of await readdir(join(DIST, "assets"))) {
      if (!name.endsWith(".js")) continue;
      const script = await readFile(join(DIST, "assets", name), "utf8");
      expect(script, name).not.toMatch(/__sam2js|held-encode|held-load/);
    }
  });
});
