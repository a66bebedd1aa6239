import { readFile } from "node:fs/promises";
import { unzipSync } from "fflate";
import type { Page } from "playwright-core";
import { afterAll, beforeEach, expect, it } from "vitest";
import { download } from "./download.js";
import { previewAt, settle, stateOf } from "./hooks.js";
import { clickPhoto, dragOnPhoto, openExample, picture, placeOnPhoto } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const options = { query: "?test&engine=fake", prepare: openExample };

describeInBrowser("gestures, with discs for masks", options, (stage) => {
  let page: Page;

  beforeEach(async () => {
    page = stage.page;
    await page.evaluate(() => globalThis.__sam2js?.reset());
    await page.mouse.move(2, 2);
  });
  afterAll(() => expect(stage.opened.complaints).toEqual([]));

  it("shows what a click would give before the click", async () => {
    const before = await page.getByTestId("stage").screenshot();
    const { x, y } = await placeOnPhoto(page, 0.5, 0.6);
    await expect.poll(() => previewAt(page, x, y)).not.toBeNull();
    await expect.poll(async () => (await page.getByTestId("stage").screenshot()).equals(before)).toBe(false);
    expect((await stateOf(page)).objects).toEqual([]);
    await picture(page, "preview");
  });

  it("refines the chosen object by click, and makes another by Shift-click", async () => {
    await clickPhoto(page, 0.3, 0.5);
    await settle(page);
    await clickPhoto(page, 0.5, 0.5);
    expect((await settle(page)).objects.map(({ points }) => points)).toEqual([2]);
    await clickPhoto(page, 0.8, 0.5, { modifiers: ["Shift"] });
    expect((await settle(page)).objects.map(({ points }) => points)).toEqual([2, 1]);
    // One more, then that one alone.
    await clickPhoto(page, 0.3, 0.5, { modifiers: ["Control"] });
    await page.getByTestId("choose-none").waitFor();
    await clickPhoto(page, 0.3, 0.5);
    await expect.poll(() => page.getByTestId("object-name").inputValue()).toBe("Object 1");
  });

  it("takes 40 corrections of one object in the memory of a few", async () => {
    for (let i = 0; i < 40; i++) {
      await clickPhoto(page, 0.1 + 0.08 * (i % 10), 0.2 + 0.15 * Math.floor(i / 10));
      const { objects } = await settle(page);
      expect(objects.map(({ points }) => points)).toEqual([i + 1]);
    }
    const heap = await page.evaluate(() => (performance as { memory?: { usedJSHeapSize: number } }).memory);
    expect(heap?.usedJSHeapSize ?? 0).toBeLessThan(200e6);
    await page.keyboard.press("Control+z");
    expect((await settle(page)).objects.map(({ points }) => points)).toEqual([39]);
  });

  it("chooses among three masks by key and by button", async () => {
    await clickPhoto(page, 0.5, 0.5);
    const medium = (await settle(page)).objects[0]?.area ?? 0;
    await page.keyboard.press("3");
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(medium);
    await page.getByTestId("reading-1").click();
    expect((await settle(page)).objects[0]?.area).toBeLessThan(medium);
  });

  it("moves a point, deletes it by dragging it off the photo, each in one step of undo", async () => {
    await clickPhoto(page, 0.3, 0.5);
    await settle(page);
    await clickPhoto(page, 0.5, 0.5);
    const before = (await settle(page)).objects[0];
    await dragOnPhoto(page, [0.5, 0.5], [0.6, 0.6]);
    const moved = (await settle(page)).objects[0];
    expect(moved?.points).toBe(2);
    expect(moved?.counts).not.toEqual(before?.counts);
    await page.keyboard.press("Control+z");
    expect((await settle(page)).objects[0]?.counts).toEqual(before?.counts);
    await dragOnPhoto(page, [0.5, 0.5], [0.5, -0.05]);
    expect((await settle(page)).objects[0]?.points).toBe(1);
  });

  it("draws a box by dragging, and resizes it by its corner", async () => {
    await dragOnPhoto(page, [0.2, 0.2], [0.5, 0.5]);
    const before = (await settle(page)).objects[0];
    expect(before).toMatchObject({ hasBox: true, points: 0 });
    await dragOnPhoto(page, [0.5, 0.5], [0.7, 0.7]);
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(before?.area ?? 0);
    expect((await stateOf(page)).objects).toHaveLength(1);
  });

  it("adds by the brush and takes away by the eraser, and keeps both through a later click", async () => {
    await clickPhoto(page, 0.5, 0.5);
    const model = (await settle(page)).objects[0]?.area ?? 0;
    await page.keyboard.press("p");
    await dragOnPhoto(page, [0.7, 0.3], [0.9, 0.3]);
    const painted = (await settle(page)).objects[0]?.area ?? 0;
    expect(painted).toBeGreaterThan(model);
    await page.keyboard.press("e");
    await dragOnPhoto(page, [0.4, 0.5], [0.6, 0.5]);
    const erased = (await settle(page)).objects[0]?.area ?? 0;
    expect(erased).toBeLessThan(painted);
    await page.keyboard.press("v");
    await clickPhoto(page, 0.2, 0.5);
    const box = (await settle(page)).objects[0]?.box ?? [];
    expect(box[2]).toBeGreaterThan(0.88 * 1800);
    await picture(page, "brush");
  });

  it("moves the edge by the clean-up slider in one step", async () => {
    await clickPhoto(page, 0.5, 0.5);
    const before = (await settle(page)).objects[0];
    // A drag gives many inputs and one change at its end.
    await page.getByTestId("edge").evaluate((slider: HTMLInputElement) => {
      slider.value = "3";
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await page.getByTestId("edge").fill("6");
    const grown = (await settle(page)).objects[0];
    expect(grown?.box?.[0]).toBe((before?.box?.[0] ?? 0) - 6);
    await page.getByTestId("undo").click();
    expect((await settle(page)).objects[0]?.counts).toEqual(before?.counts);
  });

  it("zooms at the pointer and fits again", async () => {
    const fit = await page.getByTestId("zoom").textContent();
    const place = await placeOnPhoto(page, 0.2, 0.2);
    await page.mouse.move(place.x, place.y);
    await page.mouse.wheel(0, -400);
    await expect.poll(() => page.getByTestId("zoom").textContent()).not.toBe(fit);
    const after = await placeOnPhoto(page, 0.2, 0.2);
    expect(Math.hypot(after.x - place.x, after.y - place.y)).toBeLessThan(2);
    await page.getByTestId("zoom-fit").click();
    await expect.poll(() => page.getByTestId("zoom").textContent()).toBe(fit);
  });

  it("works by keys alone", async () => {
    await page.getByTestId("stage").focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Enter");
    const [first] = (await settle(page)).objects;
    expect(first?.points).toBe(1);
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Alt+Enter");
    expect((await settle(page)).objects[0]?.points).toBe(2);
    await page.keyboard.press("n");
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Enter");
    expect((await settle(page)).objects).toHaveLength(2);
    await page.keyboard.press("Delete");
    expect((await stateOf(page)).objects).toHaveLength(1);
  });

  it("makes an object of each click in quick mode, and refines again after it", async () => {
    await page.keyboard.press("q");
    for (const x of [0.2, 0.5, 0.8]) {
      await clickPhoto(page, x, 0.5);
      await settle(page);
    }
    expect((await stateOf(page)).objects.map(({ points }) => points)).toEqual([1, 1, 1]);
    await page.keyboard.press("q");
    await clickPhoto(page, 0.7, 0.4);
    expect((await settle(page)).objects.map(({ points }) => points)).toEqual([1, 1, 2]);
  });

  it("gives to a click what its preview has shown", async () => {
    const { x, y } = await placeOnPhoto(page, 0.5, 0.6);
    await expect.poll(() => previewAt(page, x, y)).not.toBeNull();
    await page.mouse.click(x + 1, y);
    const hovered = (await settle(page)).objects[0];
    await page.getByTestId("undo").click();
    await clickPhoto(page, 0.5, 0.6);
    expect((await settle(page)).objects[0]?.counts).toEqual(hovered?.counts);
    await clickPhoto(page, 0.3, 0.6);
    expect((await settle(page)).objects[0]?.points).toBe(2);
  });

  it("offers classes that were given before, gives the last one again, and exports them", async () => {
    await clickPhoto(page, 0.3, 0.5);
    await settle(page);
    await page.getByTestId("object-class").fill("mug");
    await page.getByTestId("object-class").press("Enter");
    await clickPhoto(page, 0.7, 0.5, { modifiers: ["Shift"] });
    await settle(page);
    expect(await page.getByTestId("class").allTextContents()).toEqual(["mug⇧1"]);
    const coco = JSON.parse((await exported(page, "coco", "scope-photo")).bytes.toString("utf8"));
    expect(coco.categories.map(({ name }: { name: string }) => name)).toEqual(["mug"]);
    expect(coco.annotations).toHaveLength(2);
  });

  it("lets no pixel belong to two masks where that is asked for", async () => {
    await clickPhoto(page, 0.45, 0.5);
    await settle(page);
    await page.keyboard.press("3");
    await clickPhoto(page, 0.55, 0.5, { modifiers: ["Shift"] });
    const [large, small] = (await settle(page)).objects;
    await page.getByTestId("export").click();
    await page.getByTestId("scope-photo").click();
    await page.getByTestId("no-overlap").check();
    await page.getByTestId("close-dialog").click();
    const coco = JSON.parse((await exported(page, "coco", "scope-photo")).bytes.toString("utf8"));
    const areas = coco.annotations.map(({ area }: { area: number }) => area);
    expect(areas[0]).toBeLessThan(large?.area ?? 0);
    expect(areas[1]).toBe(small?.area);
    await page.getByTestId("no-overlap").uncheck();
    await page.getByTestId("close-dialog").click();
  });

  it("leaves letters alone where they are switched off", async () => {
    await page.keyboard.press("?");
    await page.getByTestId("letter-keys").uncheck();
    await page.getByTestId("close-dialog").click();
    await page.keyboard.press("b");
    expect(await page.getByTestId("tool-box").getAttribute("aria-pressed")).toBe("false");
    await page.keyboard.press("?");
    await page.getByTestId("letter-keys").check();
    await page.getByTestId("close-dialog").click();
    await page.keyboard.press("b");
    expect(await page.getByTestId("tool-box").getAttribute("aria-pressed")).toBe("true");
  });

  it("undoes to the empty photo and comes back", async () => {
    await clickPhoto(page, 0.3, 0.5);
    await settle(page);
    await clickPhoto(page, 0.6, 0.5, { modifiers: ["Shift"] });
    const end = await settle(page);
    for (let i = 0; i < 2; i++) await page.getByTestId("undo").click();
    expect((await stateOf(page)).objects).toEqual([]);
    for (let i = 0; i < 2; i++) await page.getByTestId("redo").click();
    expect(await settle(page)).toEqual(end);
  });

  it.each([
    ["cutout", "kitchen-object-1.png", /^\x89PNG/],
    ["mask", "kitchen-object-1-mask.png", /^\x89PNG/],
    ["overlay", "kitchen-overlay.png", /^\x89PNG/],
    ["labels", "kitchen-colours.png", /^\x89PNG/],
    ["coco", "kitchen-coco.json", /"annotations":\[\{/],
    ["yolo", "kitchen-yolo.zip", /kitchen\.txt.*0 0\.\d+ 0\.\d+.*classes\.txt/s],
    ["labelstudio", "kitchen-label-studio.json", /"brushlabels":\["object"\]/],
    ["svg", "kitchen.svg", /^<svg .*<path/s],
    ["geojson", "kitchen.geojson", /"type":"Polygon"/],
  ])("exports %s as %s", async (format, name, content) => {
    await clickPhoto(page, 0.5, 0.5);
    await settle(page);
    const file = await exported(page, format);
    expect(file.name).toBe(name);
    expect(file.bytes.toString("latin1")).toMatch(content);
  });

  it("offers no file of the format that was chosen before", async () => {
    await clickPhoto(page, 0.5, 0.5);
    await settle(page);
    await exported(page, "cutout");
    const isOffered = await page.evaluate(async () => {
      document.querySelector<HTMLElement>('[data-testid="format-coco"]')?.click();
      // Renderings are microtasks; the file itself comes from a worker, later.
      for (let i = 0; i < 10; i++) await undefined;
      return document.querySelector('[data-testid="download"]')?.matches(":enabled");
    });
    expect(isOffered).toBe(false);
  });

  it("puts cut-outs of several objects into one zip", async () => {
    await clickPhoto(page, 0.3, 0.5);
    await settle(page);
    await clickPhoto(page, 0.7, 0.5, { modifiers: ["Shift"] });
    await settle(page);
    const file = await exported(page, "cutout", "scope-photo");
    expect(file.name).toBe("kitchen-cutout.zip");
    expect(Object.keys(unzipSync(new Uint8Array(file.bytes)))).toEqual([
      "kitchen-object-1.png",
      "kitchen-object-2.png",
    ]);
  });

  it("says in a bar what it cannot open, and goes on", async () => {
    await page.getByTestId("file-input").setInputFiles({
      name: "broken.jpg",
      mimeType: "image/jpeg",
      buffer: Buffer.from("this is no picture"),
    });
    await page.getByTestId("problem").waitFor();
    expect(await page.getByTestId("problem").textContent()).toContain(
      "broken.jpg is no picture that this browser knows.",
    );
    await page.getByTestId("problem").getByRole("button", { name: "Dismiss" }).click();
    await clickPhoto(page, 0.5, 0.5);
    expect((await settle(page)).objects).toHaveLength(1);
  });

  it("keeps the objects of several photos apart", async () => {
    await clickPhoto(page, 0.5, 0.5);
    await settle(page);
    const second = new URL("../public/examples/pond.jpg", import.meta.url);
    await page.getByTestId("file-input").setInputFiles({
      name: "pond.jpg",
      mimeType: "image/jpeg",
      buffer: await readFile(second),
    });
    await expect.poll(() => page.getByTestId("strip-photo").count()).toBe(2);
    expect((await settle(page)).objects).toEqual([]);
    await page.getByTestId("strip-photo").first().click();
    expect((await settle(page)).objects).toHaveLength(1);
  });

  it("walks into a grid of nine cells by digits, and places there", async () => {
    await page.getByTestId("stage").focus();
    await page.keyboard.press("f");
    await picture(page, "cells");
    await page.keyboard.press("9");
    await page.keyboard.press("1");
    await picture(page, "cells-2");
    await page.keyboard.press("5");
    await page.keyboard.press("Enter");
    const { objects } = await settle(page);
    expect(objects.map(({ points }) => points)).toEqual([1]);
    // The middle of the middle of the upper left of the lower right.
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = objects[0]?.box ?? [];
    expect((x0 + x1) / 2 / 1800).toBeCloseTo(2 / 3 + 1 / 18, 2);
    expect((y0 + y1) / 2 / 1200).toBeCloseTo(2 / 3 + 1 / 18, 2);
  });

  it("leaves a locked object alone: clicks begin another, deletion and strokes do nothing", async () => {
    await clickPhoto(page, 0.3, 0.5);
    const before = (await settle(page)).objects[0];
    await page.keyboard.press("l");
    await page.getByTestId("lock").getByText("Locked").waitFor();
    await picture(page, "locked");
    await clickPhoto(page, 0.7, 0.5);
    expect((await settle(page)).objects.map(({ points }) => points)).toEqual([1, 1]);
    await page.keyboard.press("k");
    await page.keyboard.press("Delete");
    await page.keyboard.press("p");
    await dragOnPhoto(page, [0.2, 0.2], [0.4, 0.4]);
    await page.keyboard.press("v");
    const { objects } = await settle(page);
    expect(objects).toHaveLength(2);
    expect(objects[0]?.counts).toEqual(before?.counts);
    await page.getByTestId("lock").click();
    await page.keyboard.press("Delete");
    expect((await settle(page)).objects).toHaveLength(1);
  });

  it("moves an object in the list, and exports keep to its order", async () => {
    await clickPhoto(page, 0.3, 0.5);
    await clickPhoto(page, 0.7, 0.5, { modifiers: ["Shift"] });
    await settle(page);
    await page.getByTestId("move-up").click();
    expect((await stateOf(page)).objects.map(({ name }) => name)).toEqual(["Object 2", "Object 1"]);
    const { bytes } = await exported(page, "coco", "scope-photo");
    const coco = JSON.parse(bytes.toString());
    const names = coco.annotations.map((each: { attributes: { name: string } }) => each.attributes.name);
    expect(names).toEqual(["Object 2", "Object 1"]);
    await page.getByTestId("close-dialog").click();
    await page.keyboard.press("Control+z");
    expect((await stateOf(page)).objects.map(({ name }) => name)).toEqual(["Object 1", "Object 2"]);
  });

  it("lets the cut-out be dragged out, and hands files to other apps where the device can", async () => {
    await clickPhoto(page, 0.5, 0.6);
    await settle(page);
    await page.getByTestId("lift").hover();
    const dragged = () =>
      page.getByTestId("lift").evaluate((button) => {
        const dataTransfer = new DataTransfer();
        button.dispatchEvent(new DragEvent("dragstart", { dataTransfer, bubbles: true, cancelable: true }));
        return dataTransfer.getData("DownloadURL");
      });
    await expect.poll(dragged).toMatch(/^image\/png:kitchen-object-1\.png:blob:/);
    await page.evaluate(() => {
      Object.assign(navigator, {
        canShare: () => true,
        share: async ({ files }: { files: File[] }) => {
          document.documentElement.dataset.shared = files
            .map(({ name, size }) => `${name} ${size > 99}`)
            .join();
        },
      });
    });
    await page.getByTestId("export").click();
    await page.getByTestId("format-cutout").click();
    await page.getByText("Download kitchen-object-1.png").waitFor();
    await picture(page, "share");
    await page.getByTestId("share").click();
    await expect
      .poll(() => page.evaluate(() => document.documentElement.dataset.shared))
      .toBe("kitchen-object-1.png true");
    await page.getByTestId("close-dialog").click();
  });

  it("copies the cut-out by key", async () => {
    await stage.opened.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await clickPhoto(page, 0.5, 0.6);
    await settle(page);
    await page.keyboard.press("Control+c");
    const types = () =>
      page.evaluate(async () => (await navigator.clipboard.read()).flatMap(({ types }) => types));
    await expect.poll(types).toEqual(["image/png"]);
  });
});

async function exported(
  page: Page,
  format: string,
  scope?: string,
): Promise<{ name: string; bytes: Buffer }> {
  await page.getByTestId("export").click();
  if (scope) await page.getByTestId(scope).click();
  await page.getByTestId(`format-${format}`).click();
  const button = page.getByTestId("download");
  await expect.poll(() => button.textContent()).toMatch(/^Download .*/);
  await expect.poll(() => button.isEnabled()).toBe(true);
  return download(page);
}
