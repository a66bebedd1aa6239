import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { settle } from "./hooks.js";
import {
  clickPhoto,
  findChromium,
  openApp,
  openExample,
  SOFTWARE_GPU,
  startBrowser,
  startSite,
} from "./site.js";

describe.runIf(findChromium() || process.env.CI)("nano on WebGPU, on Chromium's software adapter", () => {
  let site: Awaited<ReturnType<typeof startSite>>;
  let browser: Browser;

  beforeAll(async () => {
    site = await startSite();
    browser = await startBrowser(SOFTWARE_GPU);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });

  it("makes a mask of a click", async () => {
    const { page, complaints, foreign } = await openApp(browser, `${site.url}?test&device=webgpu`);
    await openExample(page, "pond");
    expect(await page.locator("main").getAttribute("data-device")).toBe("webgpu");
    await clickPhoto(page, 0.42, 0.6);
    const { objects } = await settle(page);
    expect(objects[0]?.area).toBeGreaterThan(500);
    expect(complaints).toEqual([]);
    expect(foreign).toEqual([]);
  });
});
