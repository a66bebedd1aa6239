import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import nano from "@sam2js/nano";
import { ImageEmbeddings, Sam2Model } from "@sam2js/pipeline";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { type FakeHub, startFakeHub } from "@sam2js/testing/fake-hub";
import type { Browser, Page, Worker } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM, launch, NO_CHROMIUM, openPage } from "./__tests__/chromium.js";
import { residentBytes } from "./__tests__/memory.js";
import type { Lab } from "./__tests__/page.js";
import type { ModelAt, PlainOptions } from "./__tests__/plain-options.js";
import { serveModel } from "./__tests__/serve-goldens.js";
import { type Site, startSite } from "./__tests__/site.js";

declare const lab: Lab;
declare const testDevice: { destroy(): void };

/** How many images the test of memory encodes; 500 in the long form. */
const MANY = Number(process.env.SAM2JS_WEB_ENCODES ?? 100);
const WASM: PlainOptions = { device: "wasm", store: "memory" };

if (!CHROMIUM) {
  test(`split mode and recovery in a browser are ${NO_CHROMIUM}`, ({ skip }) => {
    expect(process.env.CI, "CI must have a browser").toBeUndefined();
    skip();
  });
}

describe.runIf(CHROMIUM)("a page with nano", () => {
  let site: Site;
  let browser: Browser;
  /** With the software adapter; what the processor computes takes longer there. */
  let gpuBrowser: Browser;
  let model: ModelAt;
  let page: Page;
  beforeAll(async () => {
    [site, browser, gpuBrowser] = await Promise.all([startSite(), launch(), launch({ gpu: true })]);
    model = serveModel(site, "nano");
  });
  afterAll(async () => {
    await browser?.close();
    await gpuBrowser?.close();
    await site?.close();
  });

  const open = async (
    options: PlainOptions,
    prepare?: (page: Page) => void | Promise<void>,
    at: ModelAt = model,
  ) => {
    await page?.context().close();
    const chosen = options.device === "wasm" ? browser : gpuBrowser;
    ({ page } = await openPage(chosen, `${site.origin}/`));
    await prepare?.(page);
    return page.evaluate(([where, how]) => lab.open(where, how), [at, options] as const);
  };

  test("decodes what Node has encoded", async () => {
    const runtime = createNodeRuntime();
    const inNode = await Sam2Model.fromPretrained(nano, { runtime });
    const pixelValues = {
      type: "float32",
      dims: [1, 3, 256, 256],
      data: Float32Array.from({ length: 3 * 256 * 256 }, (_, i) => Math.sin(i / 700)),
    } as const;
    const embeddings = await inNode.getImageEmbeddings(pixelValues);
    const bytes = await embeddings.serialize();
    site.files.set("/embeddings", bytes);
    const outputs = await inNode.forward({
      imageEmbeddings: ImageEmbeddings.deserialize(bytes, inNode),
      inputPoints: { type: "float32", dims: [1, 1, 1, 2], data: Float32Array.of(100, 120) },
      inputLabels: { type: "int32", dims: [1, 1, 1], data: Int32Array.of(1) },
      multimaskOutput: true,
    });
    await runtime.dispose();

    await open(WASM);
    await page.evaluate(() => lab.receive("/embeddings"));
    const { scores } = await page.evaluate(() => lab.click(100, 120));
    expect(scores).toHaveLength(outputs.iouScores.data.length);
    scores.forEach((score, i) => {
      expect(score).toBeCloseTo(outputs.iouScores.data[i] as number, 4);
    });
  });

  test(`encodes ${MANY} images in a row in the same memory`, async () => {
    await open(WASM);
    await page.evaluate(() => lab.encodeMany(20));
    const before = await residentBytes(browser);
    await page.evaluate((times) => lab.encodeMany(times), MANY);
    const after = await residentBytes(browser);
    if (before === undefined || after === undefined) return;
    console.log(`memory of the browser: ${before >> 20} MiB, after ${MANY} encodes ${after >> 20} MiB`);
    // One image's embeddings are 0.5 MB: a leak of them alone would be 50 MB over 100 images. Longer runs get no more room.
    expect(after - before).toBeLessThan(40 * 2 ** 20);
  }, 1_800_000);

  test("goes on after the engine's worker has died", async () => {
    await open(WASM);
    await page.evaluate(() => lab.encode());
    const worker = workerOf(page, "wasm-worker");
    const ends = worker.waitForEvent("close");
    await worker.evaluate(() => void setTimeout(() => (undefined as unknown as { boom(): void }).boom()));
    await ends;
    const failure = await page.evaluate(() => lab.failureOf("click"));
    expect(failure).toMatchObject({ name: "EngineError", code: "DEVICE_LOST" });
    expect(await page.evaluate(() => lab.failureOf("encode"))).toBeUndefined();
    expect((await page.evaluate(() => lab.click(128, 128))).masks).toBeGreaterThan(0);
  });

  test("goes on after the graphics device was lost", async () => {
    const facts = await open({ device: "webgpu", store: "memory" }, keepDevice);
    expect(facts).toMatchObject({ device: "webgpu" });
    await page.evaluate(() => lab.encode());
    const worker = workerOf(page, "webgpu-worker");
    const ends = worker.waitForEvent("close");
    await worker.evaluate(() => testDevice.destroy());
    await ends;
    const failure = await page.evaluate(() => lab.failureOf("click"));
    expect(failure).toMatchObject({ name: "EngineError", code: "DEVICE_LOST" });
    expect(failure?.message).toMatch(/encode the image again/);
    expect(await page.evaluate(() => lab.failureOf("encode"))).toBeUndefined();
  }, 900_000);

  test("takes WASM where the graphics adapter is software, and says so", async () => {
    const facts = await open({ device: "auto", store: "memory" });
    expect(facts).toMatchObject({ device: "wasm", warnings: [] });
    expect(JSON.stringify(facts)).toMatch(/computes on the processor/);
  });

  test("falls back to WASM with one warning when WebGPU fails", async () => {
    const facts = await open({ device: "auto", store: "memory" }, pretendBrokenGpu);
    expect(facts).toMatchObject({ device: "wasm" });
    expect(await page.evaluate(() => lab.failureOf("encode"))).toBeUndefined();
    const warnings = await page.evaluate(() => lab.warnings());
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/WebGPU is given up for WASM/);
  });

  test("finds the limits of an adapter too small before anything is loaded there", async () => {
    const facts = await open({ device: "auto", store: "memory" }, pretendSmallGpu);
    // One warning would tell of a load that was tried and given up.
    expect(facts).toMatchObject({ device: "wasm", warnings: [] });
    expect(JSON.stringify(facts)).toMatch(/its buffers hold 1048576 bytes, at least 67108864 are needed/);
    expect(await page.evaluate(() => lab.failureOf("encode"))).toBeUndefined();
    const asked = await open({ device: "webgpu", store: "memory" }, pretendSmallGpu);
    expect(asked).toMatchObject({ name: "UnsupportedError", code: "UNSUPPORTED" });
    expect(JSON.stringify(asked)).toMatch(/1048576 bytes.*What works: wasm/);
  });

  test("takes a folder that a user picked, with others beside the model's files in it", async () => {
    await open(WASM);
    const folder = mkdtempSync(join(tmpdir(), "sam2js-folder-"));
    try {
      for (const [name, url] of Object.entries(nano.files))
        writeFileSync(join(folder, name), readFileSync(url));
      writeFileSync(join(folder, "README.md"), "not of the model");
      await page.evaluate(() => lab.addPicker());
      await page.locator("input").setInputFiles(folder);
      const facts = await page.evaluate((how) => lab.openPicked(how), WASM);
      expect(facts).toMatchObject({ device: "wasm", warnings: [] });
      expect(await page.evaluate(() => lab.failureOf("encode"))).toBeUndefined();
      expect((await page.evaluate(() => lab.click(128, 128))).masks).toBeGreaterThan(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  describe("from the Hub", () => {
    let hub: FakeHub;
    beforeAll(async () => {
      const files = Object.entries(nano.files).map(([name, url]) => [name, readFileSync(fileURLToPath(url))]);
      hub = await startFakeHub([{ name: "owner/nano", files: Object.fromEntries(files) }]);
    });
    afterAll(() => hub?.close());

    const fromHub = (options: PlainOptions = {}): PlainOptions => ({
      device: "wasm",
      hub: { endpoint: hub.endpoint },
      ...options,
    });
    const again = (options: PlainOptions = {}) =>
      page.evaluate(([where, how]) => lab.open(where, how), ["owner/nano", fromHub(options)] as const);
    const downloads = () => hub.requests.filter(({ server }) => server === "cdn").length;

    test("a broken download goes on where it ended, and the next visit needs none", async () => {
      hub.fail({ match: /GET \/owner%2Fnano\/.*model\.safetensors/, dropAfterBytes: 200_000 });
      expect(await open(fromHub(), undefined, "owner/nano")).toMatchObject({ device: "wasm", warnings: [] });
      expect(hub.requests.some(({ range }) => range !== undefined)).toBe(true);
      const before = downloads();
      expect(await again({ hub: { endpoint: hub.endpoint, offline: true } })).toMatchObject({
        device: "wasm",
      });
      expect(downloads()).toBe(before);
    });

    test("a damaged file of the store is noticed and fetched again", async () => {
      await open(fromHub(), undefined, "owner/nano");
      await page.evaluate(() => lab.close());
      await page.evaluate(() => lab.damageStore());
      const before = downloads();
      const facts = await again();
      expect(facts).toMatchObject({ device: "wasm" });
      expect(facts.warnings.join()).toMatch(/damaged and is fetched again/);
      expect(downloads()).toBeGreaterThan(before);
    });

    test.each(["opfs", "cache"] as const)("tells what %s keeps, and forgets it on request", async (store) => {
      await open(fromHub({ store }), undefined, "owner/nano");
      await page.evaluate(() => lab.close());
      const kept = await page.evaluate((how) => lab.kept(how), store);
      expect(kept.map(({ repo }) => repo)).toEqual(["owner/nano"]);
      // Config, two of the processor and the weights, with a mark of some bytes each.
      expect(kept[0]?.sizeBytes).toBeGreaterThan(statSync(nano.files["model.safetensors"]).size);
      await page.evaluate((how) => lab.forget("owner/nano", how), store);
      expect(await page.evaluate((how) => lab.kept(how), store)).toEqual([]);
      const before = downloads();
      expect(await again({ store })).toMatchObject({ device: "wasm", warnings: [] });
      expect(downloads()).toBeGreaterThan(before);
    });

    test("a store without room is a StoreError that says what to do", async () => {
      const full = await open(
        fromHub(),
        async (each) => {
          const session = await each.context().newCDPSession(each);
          await session.send("Storage.overrideQuotaForOrigin", { origin: site.origin, quotaSize: 1_000_000 });
        },
        "owner/nano",
      );
      expect(full).toMatchObject({ name: "StoreError", code: "STORE_FULL" });
      expect(JSON.stringify(full)).toMatch(/model.safetensors.*no more room.*keep none with store/);
      expect(await again({ store: "memory" })).toMatchObject({ device: "wasm" });
    });
  });
});

function workerOf(page: Page, name: string): Worker {
  return page.workers().find((each) => each.url().includes(name)) as Worker;
}

/** Makes the GPU device of the engine's worker reachable. */
const keepDevice = (page: Page) =>
  beforeEngine(
    page,
    `const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (...request) {
      return (globalThis.testDevice = await requestDevice.apply(this, request));
    };`,
  );

/** An adapter that looks like a true one with buffers of one MiB. */
const pretendSmallGpu = (page: Page) =>
  beforeEngine(
    page,
    `const info = { vendor: "test", architecture: "", description: "card", isFallbackAdapter: false };
    Object.defineProperty(GPUAdapter.prototype, "info", { get: () => info });
    const limits = { maxBufferSize: 2 ** 20, maxStorageBufferBindingSize: 2 ** 20 };
    Object.defineProperty(GPUAdapter.prototype, "limits", { get: () => limits });
    GPUAdapter.prototype.requestDevice = () => Promise.reject(new DOMException("too small", "OperationError"));`,
  );

/** An adapter that looks like a true one and gives no device. */
const pretendBrokenGpu = (page: Page) =>
  beforeEngine(
    page,
    `const info = { vendor: "test", architecture: "", description: "card", isFallbackAdapter: false };
    Object.defineProperty(GPUAdapter.prototype, "info", { get: () => info });
    GPUAdapter.prototype.requestDevice = () => Promise.reject(new DOMException("no device today", "OperationError"));`,
  );

/** Puts code before that of the WebGPU engine's worker. */
async function beforeEngine(page: Page, code: string): Promise<void> {
  await page.route("**/webgpu-worker.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `{ ${code} }\n${await response.text()}` });
  });
}
