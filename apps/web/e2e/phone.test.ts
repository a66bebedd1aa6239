import type { CDPSession } from "playwright-core";
import { expect, it } from "vitest";
import { settle } from "./hooks.js";
import { clickPhoto, openApp, openExample, picture, placeOnPhoto, WITH_MOTION } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const PHONE = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
  ...WITH_MOTION,
};

describeInBrowser("on a phone", {}, (stage) => {
  it("pulls a phone's sheet up and down by its handle", async () => {
    const { page, context } = await openApp(stage.browser, `${stage.url}?test&engine=fake`, PHONE);
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
    const { page, context } = await openApp(stage.browser, `${stage.url}?test&engine=fake`, PHONE);
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
    const { page, context } = await openApp(stage.browser, `${stage.url}?test&engine=fake`, PHONE);
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
  // Without something to wait for they are lifted at once: fingers that rest for half a second mean something else.
  const begins = session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  if (until) await begins.then(until);
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await begins;
}
