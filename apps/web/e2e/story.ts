import { expect, it } from "vitest";
import { download } from "./download.js";
import { settle, stateOf } from "./hooks.js";
import { clickPhoto, dragOnPhoto, type Opened, picture, waitForPhase } from "./site.js";

/**
 * What a person does first, from the first click to the exported file, one test a step, on one page that shows
 * the example "kitchen". The steps rest on each other.
 *
 * @param opened gives the page once it is there
 * @param device whose pictures these are
 */
export function tellStory(opened: () => Opened, device: "wasm" | "webgpu"): void {
  it("runs in a page that may use threads, on the device asked for", async () => {
    const { page } = opened();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(await page.locator("main").getAttribute("data-device")).toBe(device);
    expect(await page.locator("main").getAttribute("data-model")).toBe("nano");
  });

  it("makes a mask of a click, that holds the place clicked", async () => {
    const { page } = opened();
    await clickPhoto(page, 0.5, 0.72);
    const { objects } = await settle(page);
    expect(objects).toHaveLength(1);
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = objects[0]?.box ?? [];
    expect(objects[0]?.area).toBeGreaterThan(500);
    expect(x0 < 900 && x1 > 900 && y0 < 864 && y1 > 864).toBe(true);
    await expect.poll(() => page.getByTestId("reading-3").count()).toBe(1);
    await picture(page, `${device}-click`);
  });

  it("changes the mask by a point that excludes, and takes it back", async () => {
    const { page } = opened();
    const before = (await stateOf(page)).objects[0];
    await clickPhoto(page, 0.5, 0.6, { button: "right" });
    const after = (await settle(page)).objects[0];
    expect(after?.points).toBe(2);
    expect(after?.counts).not.toEqual(before?.counts);
    await page.keyboard.press("Control+z");
    expect((await settle(page)).objects[0]?.counts).toEqual(before?.counts);
    await page.keyboard.press("Control+Shift+z");
    expect((await settle(page)).objects[0]?.counts).toEqual(after?.counts);
    await page.keyboard.press("Control+z");
  });

  it("makes another object of a box", async () => {
    const { page } = opened();
    await page.keyboard.press("b");
    await dragOnPhoto(page, [0.69, 0.6], [0.88, 0.84]);
    const { objects } = await settle(page);
    expect(objects).toHaveLength(2);
    expect(objects[1]).toMatchObject({ hasBox: true, points: 0 });
    expect(objects[1]?.area).toBeGreaterThan(500);
    await page.keyboard.press("v");
  });

  it("exports the very masks that are shown", async () => {
    const { page } = opened();
    const { objects } = await settle(page);
    await page.getByTestId("export").click();
    await page.getByTestId("scope-photo").click();
    await page.getByTestId("format-coco").click();
    await page.getByText("Download kitchen-coco.json").waitFor();
    const coco = JSON.parse((await download(page)).bytes.toString());
    expect(coco.images).toEqual([{ id: 1, file_name: "kitchen.jpg", width: 1800, height: 1200 }]);
    expect(coco.annotations.map(({ area }: { area: number }) => area)).toEqual(
      objects.map(({ area }) => area),
    );
    const names = coco.annotations.map((each: { attributes: { name: string } }) => each.attributes.name);
    expect(names).toEqual(["Object 1", "Object 2"]);
    expect(coco.categories).toEqual([{ id: 1, name: "object", supercategory: "object" }]);
    await page.getByTestId("close-dialog").click();
  });

  it("shows masks of everything as they are found, stops when told, and keeps them in one step", async () => {
    const { page } = opened();
    const before = (await stateOf(page)).objects.length;
    await page.getByTestId("tool-everything").click();
    // The finest grid: no machine is through with it before "Stop" is pressed.
    await page.getByTestId("detail").fill("3");
    await page.getByTestId("quality").fill("0.5");
    await expect.poll(() => page.getByTestId("found-mask").count()).toBeGreaterThan(0);
    await waitForPhase(page, "generating");
    await page.getByTestId("stop").click();
    await waitForPhase(page, "ready");
    const progress = await page.getByText(/^[\d,]+ of 4,096 points/).textContent();
    expect(Number.parseInt((progress ?? "").replace(",", ""), 10)).toBeLessThan(4096);
    await picture(page, `${device}-everything`);
    const found = Number.parseInt((await page.getByTestId("found-count").textContent()) ?? "", 10);
    expect(found).toBeGreaterThan(0);
    await page.getByTestId("keep").click();
    expect((await settle(page)).objects).toHaveLength(before + found);
    await page.keyboard.press("Control+z");
    expect((await settle(page)).objects).toHaveLength(before);
  });

  it("asked nobody else for anything, and complained of nothing", () => {
    expect(opened().foreign).toEqual([]);
    expect(opened().complaints).toEqual([]);
  });
}
