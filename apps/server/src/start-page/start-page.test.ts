import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { photo, readJson, startServer } from "../__fixtures__/start.js";
import { startPage } from "./page.js";

const html = { headers: { accept: "text/html" } };

it("shows state, models, throughput and links, loads nothing, and answers programs with the state", async () => {
  const webApp = mkdtempSync(join(tmpdir(), "sam2js-web-"));
  onTestFinished(() => rmSync(webApp, { recursive: true, force: true }));
  writeFileSync(join(webApp, "index.html"), "<head></head><p>the app");
  await using running = await startServer({ webApp });
  await running.call("/v1/embeddings", { json: { image: photo("groceries.jpg").toString("base64") } });
  const response = await running.call("/", html);
  const page = await response.text();
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(page).toContain('<span class="state ready">ready</span>');
  expect(page).toMatch(/<code>nano<\/code><\/td><td class="number">256<\/td><td class="number">1</);
  expect(page).toMatch(/<b>1<\/b><span>encodes, [\d.]+ a minute/);
  expect(page).not.toMatch(/<script|src=|url\(|@import/);
  for (const [, link] of page.matchAll(/href="([^"]+)"/g)) {
    expect([link, (await running.call(`/${link}`, html)).status]).toEqual([link, 200]);
  }
  for (const path of ["/app/", "/app/index.html"]) {
    const app = await running.call(path);
    expect([await app.text(), app.headers.get("cross-origin-embedder-policy")]).toEqual([
      '<head>\n    <meta name="sam2js-server" content="../" /></head><p>the app', // so that it knows of the server
      "require-corp",
    ]);
  }
  for (const path of ["/app/../package.json", "/app/%2e%2e/package.json", "/app/none"]) {
    expect((await running.call(path)).status).toBe(404);
  }
  expect(await readJson(await running.call("/"))).toEqual({ status: "UP", model_class: "sam2js" });
});

it("shows names as text", () => {
  const page = startPage({
    state: "loading",
    upSeconds: 90_061,
    models: [{ name: "<script>", imageSize: 1024, pictures: 0, bytes: 0 }],
    throughput: {},
    queues: {},
    residentBytes: 1e9,
    links: [['/a"b', "c", "d"]],
  });
  expect(page).toContain("&#60;script&#62;");
  expect(page).toContain('href="/a&#34;b"');
  expect(page).toContain("1 d 1 h");
});
