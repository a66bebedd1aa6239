import { casesFor } from "@sam2js/core/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM, launch, NO_CHROMIUM, openPage } from "./__tests__/chromium.js";
import type { Lab } from "./__tests__/page.js";
import type { PlainOptions } from "./__tests__/plain-options.js";
import { type Site, startSite } from "./__tests__/site.js";

declare const lab: Lab;

const VARIANTS: readonly {
  title: string;
  path: string;
  options: PlainOptions;
  leftOut?: RegExp;
  gpu?: boolean;
}[] = [
  { title: "wasm, threads", path: "/", options: { device: "wasm", threads: 2 } },
  {
    title: "wasm, one thread, models in the cache",
    path: "/plain",
    options: { device: "wasm", store: "cache" },
    // What is the same with threads is left to the variant above.
    leftOut: /^(image|png): |device tensor|dispose|abort|axes|keepOnDevice/,
  },
  {
    title: "wasm in the page's own thread",
    path: "/",
    options: { device: "wasm", worker: false, store: "memory" },
  },
  {
    title: "webgpu on the software adapter",
    path: "/",
    options: { device: "webgpu", store: "memory" },
    // Pictures and files never meet the graphics device.
    leftOut: /^(image|png|store): /,
    gpu: true,
  },
];

if (!CHROMIUM) {
  test(`conformance in a browser is ${NO_CHROMIUM}`, ({ skip }) => {
    expect(process.env.CI, "CI must have a browser").toBeUndefined();
    skip();
  });
}

describe.runIf(CHROMIUM)("conformance in Chromium", () => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite();
  });
  afterAll(() => site.close());

  for (const { title, path, options, leftOut, gpu = false } of VARIANTS) {
    describe(title, () => {
      let browser: Browser;
      let page: Page;
      beforeAll(async () => {
        browser = await launch({ gpu });
        ({ page } = await openPage(browser, site.origin + path));
      });
      afterAll(() => browser?.close());

      const cases = casesFor(["engine", "images"]).filter(({ name }) => !leftOut?.test(name));
      for (const { name } of cases) {
        test(name, async () => {
          const problem = await page.evaluate(([each, how]) => lab.conform(each, how), [
            name,
            options,
          ] as const);
          expect(problem).toBeUndefined();
        });
      }
    });
  }
});
