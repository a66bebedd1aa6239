import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { settle, videoState } from "../e2e/hooks.js";
import { makeClip } from "../e2e/make-clip.js";
import { clickPhoto, dragOnPhoto, openApp, openExample, waitForPhase } from "../e2e/site.js";
import { describeInBrowser, type Stage } from "../e2e/with-app.js";

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = {
  viewport: { width: 390, height: 760 },
  hasTouch: true,
  isMobile: true,
};
const SMALL = { viewport: { width: 1040, height: 650 } };
const DUCK = [0.36, 0.62] as const;
const BOAT = [0.7, 0.39] as const;

async function openPond({ browser, url }: Stage, options: Parameters<typeof openApp>[2]): Promise<Page> {
  const { page } = await openApp(browser, `${url}?test&device=wasm`, options);
  await page.locator('main[data-model="nano"], .welcome').first().waitFor({ timeout: 60_000 });
  await openExample(page, "pond");
  return page;
}

async function clickBoth(page: Page): Promise<void> {
  await clickPhoto(page, ...DUCK);
  await settle(page);
  await page.getByTestId("new-object").click();
  await clickPhoto(page, ...BOAT);
  await settle(page);
  await page.mouse.move(2, 2);
  await page.waitForTimeout(700);
}

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: fileURLToPath(new URL(`../docs/${name}.png`, import.meta.url)) });
}

describeInBrowser("pictures of the README, of the built app with nano on WASM", {}, (stage) => {
  it("takes two objects on a photo, on a desk and on a phone", async () => {
    for (const [name, options] of [
      ["desktop", DESKTOP],
      ["phone", PHONE],
    ] as const) {
      const page = await openPond(stage, options);
      await clickBoth(page);
      await take(page, name);
      await page.context().close();
    }
  });

  it("takes everything, in light", async () => {
    const page = await openPond(stage, { ...SMALL, colorScheme: "light" });
    await page.getByTestId("tool-everything").click();
    await waitForPhase(page, "generating");
    await waitForPhase(page, "ready");
    await page.mouse.move(2, 2);
    await page.waitForTimeout(500);
    await take(page, "everything");
    await page.context().close();
  });

  it("takes the export dialog", async () => {
    const page = await openPond(stage, SMALL);
    await clickBoth(page);
    await page.getByTestId("export").click();
    await page.getByTestId("export-size").waitFor();
    await page.waitForTimeout(800);
    await take(page, "export");
    await page.context().close();
  });

  it("takes a video under way", async () => {
    const { page } = await openApp(stage.browser, `${stage.url}?test&device=wasm`, DESKTOP);
    const photo = `${stage.url}examples/pond.jpg`;
    const buffer = await makeClip(page, { frames: 48, width: 960, height: 640, durations: [0.08], photo });
    const file = { name: "pond.webm", mimeType: "video/webm", buffer };
    await page.locator('input[type="file"]').first().setInputFiles(file);
    await page.locator("main[data-frame]").waitFor({ timeout: 30_000 });
    await waitForPhase(page, "ready");
    const isPrompted = async (objects: number) => {
      await expect
        .poll(async () => (await videoState(page)).lanes.filter(({ present }) => present > 0).length, {
          timeout: 60_000,
        })
        .toBe(objects);
    };
    await clickPhoto(page, 0.21, 0.62);
    await isPrompted(1);
    await page.keyboard.press("n");
    await dragOnPhoto(page, [0.43, 0.16], [0.73, 0.49]);
    await isPrompted(2);
    await page.getByTestId("track").click();
    await expect
      .poll(async () => (await videoState(page)).lanes[0]?.present ?? 0, { timeout: 150_000 })
      .toBeGreaterThan(34);
    await page.getByTestId("strip").focus();
    await page.keyboard.press("Home");
    for (let i = 0; i < 24; i++) {
      await page.keyboard.press("ArrowRight");
      await page.waitForTimeout(60);
    }
    await page.mouse.move(2, 2);
    await page.waitForTimeout(1500);
    await take(page, "video");
    await page.context().close();
  });
});
