import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { videoState } from "./hooks.js";
import { makeClip } from "./make-clip.js";
import { clickPhoto, findChromium, type Opened, openApp, picture, startBrowser, startSite } from "./site.js";

const FRAMES = 36;

describe.runIf(findChromium() || process.env.CI)("a video with nano on WASM", () => {
  let site: Awaited<ReturnType<typeof startSite>>;
  let browser: Browser;
  let opened: Opened;
  let page: Page;

  beforeAll(async () => {
    site = await startSite();
    browser = await startBrowser();
    opened = await openApp(browser, `${site.url}?test&device=wasm`);
    page = opened.page;
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });

  it("opens and shows its first frame", async () => {
    const buffer = await makeClip(page, { frames: FRAMES, width: 320, height: 180 });
    await page
      .getByTestId("file-input")
      .setInputFiles({ name: "shapes.webm", mimeType: "video/webm", buffer });
    await page.getByTestId("timeline").waitFor();
    await page.locator('main[data-phase="ready"]').waitFor({ timeout: 30_000 });
    expect((await videoState(page)).frames).toBe(FRAMES);
  });

  it("answers a click", async () => {
    await clickPhoto(page, 0.2, 0.36);
    await expect.poll(async () => (await videoState(page)).lanes[0]?.present, { timeout: 30_000 }).toBe(1);
    await picture(page, "video-click");
  });

  it("tracks", async () => {
    await page.getByTestId("track").click();
    await expect.poll(async () => (await videoState(page)).lanes[0]?.missing, { timeout: 30_000 }).toBe(0);
    await picture(page, "video-tracked");
    expect(opened.complaints).toEqual([]);
  });
});
