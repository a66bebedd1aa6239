import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { settle } from "./hooks.js";
import { clickPhoto, findChromium, openApp, openExample, startBrowser, startSite } from "./site.js";

describe.runIf(findChromium() || process.env.CI)("without a network, after the first visit", () => {
  let site: Awaited<ReturnType<typeof startSite>>;
  let browser: Browser;
  let isStopped = false;

  beforeAll(async () => {
    site = await startSite();
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    if (!isStopped) await site?.stop();
  });

  it("starts, opens an example and answers a click, and the host is gone for good", async () => {
    const { page, context, complaints } = await openApp(browser, `${site.url}?test&device=wasm`, {
      serviceWorkers: "allow",
    });
    await page.locator('html[data-offline="ready"]').waitFor({ timeout: 180_000 });
    await context.setOffline(true);
    isStopped = true;
    await site.stop();
    await page.reload();
    await page.getByTestId("privacy").getByText("Offline, all works").waitFor();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await openExample(page);
    await clickPhoto(page, 0.5, 0.72);
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });
});
