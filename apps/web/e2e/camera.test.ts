import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { settle, stateOf, videoState } from "./hooks.js";
import { clickPhoto, picture, pictureOnPhone } from "./site.js";
import { describeInBrowser } from "./with-app.js";

/** Chromium's own moving picture in place of a camera. */
const FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

const options = { query: "?test&device=wasm", flags: FAKE_CAMERA };

describeInBrowser("a camera with nano on WASM", options, (stage) => {
  let page: Page;
  beforeAll(() => {
    page = stage.page;
  });

  it("is shown live, and says so", async () => {
    await page.getByTestId("open-camera").click();
    await page.getByTestId("live-chip").waitFor();
    const first = await frameOf(page);
    await expect.poll(() => frameOf(page)).toBeGreaterThan(first + 5);
    await page.locator('main[data-phase="ready"]').waitFor();
  });

  it("follows what is clicked from frame to frame", async () => {
    await clickPhoto(page, 0.5, 0.5);
    await expect.poll(async () => (await stateOf(page)).objects[0]?.area ?? 0).toBeGreaterThan(0);
    const at = await frameOf(page);
    await expect.poll(() => frameOf(page)).toBeGreaterThan(at + 3);
    await expect.poll(() => page.getByTestId("camera-status").textContent()).toContain("frames/s");
    expect((await stateOf(page)).objects[0]?.points).toBe(0);
    await picture(page, "camera");
  });

  it("takes the click back, and is live still", async () => {
    await page.keyboard.press("Control+z");
    await expect.poll(async () => (await stateOf(page)).objects.length).toBe(0);
    const at = await frameOf(page);
    await expect.poll(() => frameOf(page)).toBeGreaterThan(at + 3);
  });

  it("records only when told to, and opens what was recorded as a video", async () => {
    expect(await page.getByTestId("recording-text").textContent()).toBe("Nothing is recorded");
    await page.getByTestId("record").click();
    await expect.poll(() => page.getByTestId("recording-text").textContent()).toContain("Recording");
    const at = await frameOf(page);
    await expect.poll(() => frameOf(page)).toBeGreaterThan(at + 5);
    await picture(page, "camera-recording");
    await pictureOnPhone(page, "camera-recording-phone");
    await page.getByTestId("record").click();
    await page.getByTestId("timeline").waitFor();
    expect((await videoState(page)).frames).toBeGreaterThan(3);
    await page.getByTestId("strip-photo").first().click();
    await page.getByTestId("camera-bar").waitFor();
  });

  it("freezes a frame as a photo, with the camera's sign still there, and stops", async () => {
    await page.getByTestId("freeze").click();
    await expect.poll(() => page.getByTestId("camera-bar").count()).toBe(0);
    expect((await settle(page)).photos).toBe(3);
    await page.getByTestId("live-chip").click();
    await expect.poll(() => page.getByTestId("live-chip").count()).toBe(0);
    await page.getByTestId("strip-photo").first().click();
    await page.getByTestId("camera-on").waitFor();
    expect(stage.opened.complaints).toEqual([]);
    expect(stage.opened.foreign).toEqual([]);
  });
});

async function frameOf(page: Page): Promise<number> {
  return Number(await page.locator("main").getAttribute("data-frame"));
}
