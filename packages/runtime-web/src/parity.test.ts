import { loadGolden } from "@sam2js/reference";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM, launch, NO_CHROMIUM, openPage } from "./__tests__/chromium.js";
import type { Lab } from "./__tests__/page.js";
import { serveGolden, serveNodeAnswers } from "./__tests__/serve-goldens.js";
import { serveReady } from "./__tests__/serve-ready.js";
import { type Site, startSite } from "./__tests__/site.js";

declare const lab: Lab;

// Expected numbers of odd-a, edge-a and edge-b (EdgeTAM; edge-b with a stem of 6 channels): transformers 5.23.0 on PyTorch 2.13.0 (CPU, fp32), see tooling/reference. Of nano: the Node runtime, which is held
// to the reference by the tests of pipeline.
// Tolerances, of the range of the expected values, for every element: WASM 1e-4 as in Node (float32 sums in another order; 1.6e-5 measured).
// WebGPU 4e-3: WGSL allows its exp, division and square root more error than IEEE does (1.3e-3 measured on Chromium's software adapter).
const DEVICES = {
  wasm: { tolerance: 1e-4, minIou: 0.999, cases: { "odd-a": 100, "edge-a": 100, nano: 100 } },
  // Software rendering takes seconds for a case; the first ones have points, boxes and both kinds of output.
  webgpu: { tolerance: 4e-3, minIou: 0.99, cases: { "odd-a": 4, "edge-a": 2, "edge-b": 1, nano: 1 } },
} as const;

if (!CHROMIUM) {
  test(`parity in a browser is ${NO_CHROMIUM}`, ({ skip }) => {
    expect(process.env.CI, "CI must have a browser").toBeUndefined();
    skip();
  });
}

describe.runIf(CHROMIUM)("an image model in Chromium equals the reference", () => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite();
  });
  afterAll(() => site?.close());

  test("and so do ready-made ONNX files, their weights beside them, on WASM", {
    timeout: 900_000,
  }, async () => {
    const golden = loadGolden("odd-a");
    const served = serveGolden(site, "odd-a");
    const model = await serveReady(site, served.model, golden.dir);
    // One picture at a time, no masks as prompts, and three masks: that is what such files are for.
    const cases = served.cases.filter(
      ({ inputs, options }) =>
        options.multimaskOutput !== false &&
        inputs.pixelValues?.dims[0] === 1 &&
        Object.keys(inputs).every((key) =>
          ["pixelValues", "inputPoints", "inputLabels", "inputBoxes"].includes(key),
        ) &&
        Object.keys(options).length === 1,
    );
    const browser = await launch({ gpu: false });
    const { page, problems } = await openPage(browser, `${site.origin}/`);
    const facts = await page.evaluate((at) => lab.open(at, { device: "wasm" }), model);
    expect(facts).toMatchObject({ device: "wasm", warnings: [] });
    const results = await page.evaluate((each) => lab.parity(each), cases);
    expect(results.length).toBeGreaterThan(5);
    for (const { name, worst, worstOutput } of results)
      expect(worst, `${name} ${worstOutput}`).toBeLessThanOrEqual(DEVICES.wasm.tolerance);
    expect(problems).toEqual([]);
    await browser.close();
  });

  for (const device of ["wasm", "webgpu"] as const) {
    describe(device, () => {
      const { tolerance, minIou } = DEVICES[device];
      let browser: Browser;
      beforeAll(async () => {
        browser = await launch({ gpu: device === "webgpu" });
      });
      afterAll(() => browser?.close());

      for (const [name, count] of Object.entries(DEVICES[device].cases)) {
        test(`in forward cases of ${name}`, { timeout: 900_000 }, async () => {
          const served = name === "nano" ? await serveNodeAnswers(site, name) : serveGolden(site, name);
          const cases = served.cases.slice(0, count);
          const { page, problems } = await openPage(browser, `${site.origin}/`);
          const facts = await page.evaluate(([at, how]) => lab.open(at, { device: how }), [
            served.model,
            device,
          ] as const);
          expect(facts).toMatchObject({ device, warnings: [] });
          const results = await page.evaluate((each) => lab.parity(each), cases);
          const largest = Math.max(...results.map(({ worst }) => worst));
          console.log(
            `${device} ${name}: ${results.length} cases, largest difference ${largest.toExponential(1)}`,
          );
          for (const { name: key, worst, worstOutput, iou } of results) {
            expect(worst, `${key} ${worstOutput}`).toBeLessThanOrEqual(tolerance);
            expect(iou, `${key}: IoU of the masks`).toBeGreaterThanOrEqual(minIou);
          }
          expect(results).toHaveLength(cases.length);
          expect(problems).toEqual([]);
          await page.evaluate(() => lab.close());
          await page.close();
        });
      }
    });
  }
});
