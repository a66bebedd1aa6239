import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { CDPSession, Page } from "playwright-core";
import { expect, it } from "vitest";
import { settle, videoState } from "./hooks.js";
import { makeClip } from "./make-clip.js";
import { clickPhoto, openApp, openExample, picture, placeOnPhoto } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

const SCREENS = [
  { name: "desktop", viewport: { width: 1440, height: 900 } },
  { name: "tablet", viewport: { width: 768, height: 1024 } },
  {
    name: "phone",
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    deviceScaleFactor: 2,
  },
];

describeInBrowser("how it looks", {}, (stage) => {
  it.each(SCREENS)(
    "passes axe in its main states, on a $name, dark and light, without sideways scrolling",
    async (screen) => {
      const { name, ...options } = screen;
      const { page, context, complaints } = await openApp(stage.browser, `${stage.url}?test&engine=fake`, {
        ...options,
        // The page's own policy allows no script from outside; axe is one.
        bypassCSP: true,
        reducedMotion: "reduce",
      });
      await page.addScriptTag({ path: AXE });
      await inspect(page, `${name}-welcome`);
      await openExample(page);
      await clickPhoto(page, 0.5, 0.6);
      await settle(page);
      await page.getByTestId("new-object").click();
      await clickPhoto(page, 0.2, 0.4);
      await settle(page);
      await inspect(page, `${name}-ready`);
      await page.getByTestId("export").click();
      await page.getByTestId("export-size").waitFor();
      await inspect(page, `${name}-export`);
      await page.getByTestId("close-dialog").click();
      await page.getByTestId("settings").click();
      await inspect(page, `${name}-settings`);
      await page.getByTestId("kept-models").click();
      await inspect(page, `${name}-models`);
      await page.getByTestId("close-dialog").click();
      await page.getByTestId("tool-everything").click();
      await page.getByText("16 found").first().waitFor();
      await inspect(page, `${name}-everything`);
      await page.evaluate(() => {
        document.documentElement.dataset.theme = "light";
      });
      await inspect(page, `${name}-everything-light`);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  it.each(SCREENS)("passes axe with a video that is tracked, on a $name, dark and light", async (screen) => {
    const { name, ...options } = screen;
    const { page, context, complaints } = await openApp(stage.browser, `${stage.url}?test&engine=fake`, {
      ...options,
      bypassCSP: true,
      reducedMotion: "reduce",
    });
    await page.addScriptTag({ path: AXE });
    const buffer = await makeClip(page, { frames: 90, width: 320, height: 180 });
    await page
      .getByTestId("file-input")
      .setInputFiles({ name: "shapes.webm", mimeType: "video/webm", buffer });
    await page.getByTestId("timeline").waitFor();
    await page.locator('main[data-phase="ready"]').waitFor();
    await clickPhoto(page, 0.2, 0.36);
    await settle(page);
    await page.getByTestId("track").click();
    await expect.poll(async () => (await videoState(page)).lanes[0]?.missing, { timeout: 30_000 }).toBe(0);
    expect((await videoState(page)).lanes[0]).toMatchObject({ hidden: 16, present: 74 });
    await page.getByTestId("strip").press("PageDown");
    await page.getByTestId("new-object").click();
    await clickPhoto(page, 0.8, 0.7);
    await settle(page);
    await page.getByTestId("lane").first().locator(".lane-name").click();
    await page.getByTestId("strip").press("PageDown");
    await clickPhoto(page, 0.35, 0.4);
    await settle(page);
    await page.getByTestId("track-menu").click();
    await inspect(page, `${name}-video`);
    await page.evaluate(() => {
      document.documentElement.dataset.theme = "light";
    });
    await inspect(page, `${name}-video-light`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("pulls a phone's sheet up and down by its handle", async () => {
    const { page, context } = await openApp(stage.browser, `${stage.url}?test&engine=fake`, SCREENS[2]);
    await openExample(page);
    await clickPhoto(page, 0.5, 0.6);
    await settle(page);
    const handle = page.getByTestId("sheet-handle");
    const top = async () => (await handle.boundingBox())?.y ?? 0;
    const middle = await top();
    await handle.click();
    await expect.poll(top).toBeLessThan(middle - 100);
    await picture(page, "phone-sheet-high");
    await handle.press("ArrowDown");
    await expect.poll(top).toBe(middle);
    const { x = 0, y = 0 } = (await handle.boundingBox()) ?? {};
    await page.mouse.move(x + 50, y + 10);
    await page.mouse.down();
    await page.mouse.move(x + 50, y + 70, { steps: 6 });
    await page.mouse.up();
    await expect.poll(top).toBeGreaterThan(middle + 60);
    await picture(page, "phone-sheet-low");
    await page.getByTestId("reading-3").click();
    await expect.poll(() => page.getByTestId("reading-3").getAttribute("aria-checked")).toBe("true");
    await context.close();
  });

  it("makes an object of a tap, undoes it by a tap of two fingers, and redoes it by one of three", async () => {
    const { page, context } = await openApp(stage.browser, `${stage.url}?test&engine=fake`, SCREENS[2]);
    await openExample(page);
    const place = await placeOnPhoto(page, 0.5, 0.6);
    await page.touchscreen.tap(place.x, place.y);
    expect((await settle(page)).objects).toHaveLength(1);
    const session = await context.newCDPSession(page);
    await touch(session, place, 2);
    await expect.poll(async () => (await settle(page)).objects.length).toBe(0);
    await touch(session, place, 3);
    await expect.poll(async () => (await settle(page)).objects.length).toBe(1);
    await context.close();
  });

  it("hands the cut-out to another app when a finger rests on the chosen mask", async () => {
    const { page, context } = await openApp(stage.browser, `${stage.url}?test&engine=fake`, SCREENS[2]);
    await page.evaluate(() => {
      Object.assign(navigator, {
        canShare: () => true,
        share: async ({ files }: { files: File[] }) => {
          document.documentElement.dataset.shared = files.map(({ name }) => name).join();
        },
      });
    });
    await openExample(page);
    const place = await placeOnPhoto(page, 0.5, 0.6);
    await page.touchscreen.tap(place.x, place.y);
    await settle(page);
    // The sheet has more in it by now, and the photo moved up.
    const beside = await placeOnPhoto(page, 0.55, 0.65);
    const letGo = page.getByText("Let go to hand the cut-out over");
    await touch(await context.newCDPSession(page), beside, 1, () => letGo.waitFor({ state: "attached" }));
    await expect
      .poll(() => page.evaluate(() => document.documentElement.dataset.shared))
      .toBe("kitchen-object-1.png");
    expect((await settle(page)).objects.map(({ points }) => points)).toEqual([1]);
    await context.close();
  });
});

/** So many fingers beside each other, until something has happened. */
async function touch(
  session: CDPSession,
  { x, y }: { readonly x: number; readonly y: number },
  fingers: number,
  until?: () => Promise<void>,
): Promise<void> {
  const touchPoints = Array.from({ length: fingers }, (_, id) => ({ x: x + 60 * id, y, id }));
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await until?.();
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

async function inspect(page: Page, name: string): Promise<void> {
  await picture(page, name);
  const { violations } = await page.evaluate(
    (): Promise<AxeResults> => (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
  );
  expect(found, name).toEqual([]);
}
