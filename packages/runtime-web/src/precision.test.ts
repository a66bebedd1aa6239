import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM, launch, NO_CHROMIUM, openPage } from "./__tests__/chromium.js";
import type { Lab } from "./__tests__/page.js";
import type { ParityCase } from "./__tests__/parity-case.js";
import type { PlainOptions } from "./__tests__/plain-options.js";
import { serveGolden } from "./__tests__/serve-goldens.js";
import { type Site, startSite } from "./__tests__/site.js";

declare const lab: Lab;

// Expected embeddings of odd-a, a random model: transformers 5.23.0 on PyTorch 2.13.0 (CPU, fp32). Tolerances, of the range of each level: as in
// precision.test.ts of graph. What the decoder of a random model makes of them proves nothing; masks are compared in pipeline, with nano.
const TOLERANCE = { q8: 8e-2, fp16: 8e-3 } as const;

if (!CHROMIUM) {
  test(`precision in a browser is ${NO_CHROMIUM}`, ({ skip }) => {
    expect(process.env.CI, "CI must have a browser").toBeUndefined();
    skip();
  });
}

describe.runIf(CHROMIUM)("dtype in Chromium", () => {
  let site: Site;
  let browser: Browser;
  let served: ReturnType<typeof serveGolden>;
  beforeAll(async () => {
    [site, browser] = await Promise.all([startSite(), launch({ gpu: true })]);
    served = serveGolden(site, "odd-a");
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const open = async (options: PlainOptions, dtype: "q8" | "fp16") => {
    const { page } = await openPage(browser, `${site.origin}/`);
    const facts = await page.evaluate(([at, how, type]) => lab.open(at, how, type), [
      served.model,
      options,
      dtype,
    ] as const);
    const compare = (cases: readonly ParityCase[]) => page.evaluate((each) => lab.parity(each), cases);
    return { facts, compare, close: () => page.close() };
  };

  test("q8 on WASM stays close to the reference", async () => {
    const { facts, compare, close } = await open({ device: "wasm", store: "memory" }, "q8");
    expect(facts).toMatchObject({ device: "wasm", warnings: [] });
    const results = await compare(served.cases.slice(0, 8));
    console.log(
      `wasm q8: largest difference ${Math.max(...results.map(({ level }) => level)).toExponential(1)}`,
    );
    for (const { name, level } of results) {
      expect(level, name).toBeLessThan(TOLERANCE.q8);
      expect(level, "it was computed in fp32").toBeGreaterThan(1e-4);
    }
    await close();
  });

  test("fp16 on WASM is refused with what to do", async () => {
    const { facts, close } = await open({ device: "wasm", store: "memory" }, "fp16");
    expect(facts).toMatchObject({ name: "UnsupportedError", code: "UNSUPPORTED" });
    expect(JSON.stringify(facts)).toMatch(
      /one of fp32, q8 on wasm, got .*fp16.*WebGPU adapters with the feature shader-f16/,
    );
    await close();
  });

  test("fp16 on WebGPU is refused where the adapter has no shader-f16", async () => {
    const { facts, close } = await open({ device: "webgpu", store: "memory" }, "fp16");
    await close();
    if (!("code" in facts)) return; // it has
    expect(facts).toMatchObject({ name: "UnsupportedError", code: "UNSUPPORTED" });
    expect(JSON.stringify(facts)).toMatch(/one of fp32 on webgpu, got .*fp16.*shader-f16/);
  }, 900_000);

  test("fp16 on WebGPU stays close to the reference (needs a GPU with shader-f16; SAM2JS_WEBGPU=native takes the machine's own)", async ({
    skip,
  }) => {
    const { facts, compare, close } = await open({ device: "webgpu", store: "memory" }, "fp16");
    if ("code" in facts) skip("this adapter has no shader-f16");
    const results = await compare(served.cases.slice(0, 2));
    console.log(
      `webgpu fp16: largest difference ${Math.max(...results.map(({ level }) => level)).toExponential(1)}`,
    );
    for (const { name, level } of results) expect(level, name).toBeLessThan(TOLERANCE.fp16);
    await close();
  }, 900_000);
});
