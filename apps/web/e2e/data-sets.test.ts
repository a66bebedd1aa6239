import { mkdir, readFile, writeFile } from "node:fs/promises";
import { strFromU8, unzipSync } from "fflate";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { download } from "./download.js";
import { settle, stateOf } from "./hooks.js";
import { clickPhoto, openExample, picture, waitForPhase } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const example = (name: string) => new URL(`../public/examples/${name}.jpg`, import.meta.url);
/** Where exported files stay for other programs to read; nothing is kept without it. */
const KEPT = process.env.SAM2JS_EXPORTS;

describeInBrowser("data sets, with discs for masks", { query: "?test&engine=fake" }, (stage) => {
  let page: Page;
  beforeAll(async () => {
    page = stage.page;
    await openExample(page, "kitchen");
    const files = await Promise.all(
      ["pond", "truck", "kitchen"].map(async (name) => ({
        name: name === "kitchen" ? "pond.png" : `${name}.jpg`,
        mimeType: "image/jpeg",
        buffer: await readFile(example(name)),
      })),
    );
    await page.getByTestId("file-input").setInputFiles(files);
    await page.getByTestId("strip-photo").nth(3).waitFor();
    await page.getByTestId("strip-photo").first().click();
    await waitForPhase(page, "ready");
  });
  afterAll(() => expect(stage.opened.complaints).toEqual([]));

  const labelOf = (at: number) => page.getByTestId("object-row").nth(at).locator(".row-class").textContent();

  it("give new objects the class that was given last, by key too, and one to several at once", async () => {
    await clickPhoto(page, 0.3, 0.5);
    await settle(page);
    await page.getByTestId("object-class").fill("cat");
    await page.getByTestId("object-class").press("Enter");
    // Keys work on the photo again.
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-testid"))).toBe("stage");
    await clickPhoto(page, 0.6, 0.5, { modifiers: ["Shift"] });
    await settle(page);
    await expect.poll(() => labelOf(1)).toBe("cat");
    // With several objects there is one button more; none is cut off.
    const head = page.locator(".pane-head");
    expect(await head.evaluate((at) => at.scrollWidth - at.clientWidth)).toBeLessThanOrEqual(1);
    await page.getByTestId("object-class").fill("mug");
    await page.getByTestId("object-class").press("Enter");
    await clickPhoto(page, 0.8, 0.2, { modifiers: ["Shift"] });
    await settle(page);
    await expect.poll(() => labelOf(2)).toBe("mug");
    await page.keyboard.press("Shift+Digit1");
    await expect.poll(() => labelOf(2)).toBe("cat");
    await page
      .getByTestId("object-row")
      .nth(1)
      .locator(".row-main")
      .click({ modifiers: ["Control"] });
    await page.keyboard.press("Shift+Digit2");
    await expect.poll(() => labelOf(1)).toBe("mug");
    await expect.poll(() => labelOf(2)).toBe("mug");
    await expect.poll(() => labelOf(0)).toBe("cat");
    await picture(page, "classes");
  });

  it("rename a class everywhere, and keep its number", async () => {
    await page.getByTestId("rename-classes").click();
    await page.getByTestId("class-name").first().fill("tom cat");
    await page.getByTestId("class-name").first().press("Enter");
    await page.getByTestId("rename-classes").click();
    await expect.poll(() => labelOf(0)).toBe("tom cat");
    expect(await page.getByTestId("class").first().textContent()).toContain("tom cat");
  });

  it("tell which photos are done, and go to the next without objects", async () => {
    await page.keyboard.press("Control+Enter");
    await page.getByTestId("photos-done").getByText("1 of 4 done", { exact: true }).waitFor();
    await waitForPhase(page, "ready");
    await clickPhoto(page, 0.5, 0.5);
    await settle(page);
    await page.getByTestId("strip-photo").first().click();
    await page.getByTestId("next-empty").click();
    await expect.poll(() => page.getByTestId("strip-photo").nth(2).getAttribute("aria-current")).toBe("true");
    await waitForPhase(page, "ready");
    await picture(page, "photo-list");
  });

  it.each(["coco", "yolo", "voc", "cvat", "ids", "classmap", "labels"])(
    "are exported as %s with the same classes, also of photos without objects",
    async (format) => {
      await page.getByTestId("export").click();
      await page.getByTestId("scope-all").click();
      await page.getByTestId(`format-${format}`).click();
      for (const switched of ["with-photos", "polygons"])
        if (await page.getByTestId(switched).count()) await page.getByTestId(switched).check();
      if (await page.getByTestId("validation-20").count()) await page.getByTestId("validation-20").click();
      if (format === "voc") await picture(page, "data-set-export");
      const { bytes } = await download(page);
      const files = unzipSync(new Uint8Array(bytes));
      if (KEPT) {
        await mkdir(KEPT, { recursive: true });
        await writeFile(`${KEPT}/${format}.zip`, bytes);
      }
      await page.getByTestId("close-dialog").click();
      const names = Object.keys(files);
      const text = (name: string) => strFromU8(files[name] ?? new Uint8Array());
      if (format === "coco") {
        const all = ["train", "val"].map((side) => JSON.parse(text(`annotations/instances_${side}.json`)));
        for (const { categories } of all)
          expect(categories.map(({ name }: { name: string }) => name)).toEqual(["tom cat", "mug"]);
        expect(all.flatMap(({ images }) => images)).toHaveLength(4);
        expect(all.flatMap(({ annotations }) => annotations)).toHaveLength(4);
      }
      if (format === "yolo") {
        expect(text("classes.txt")).toBe("tom cat\nmug\n");
        expect(names.filter((name) => name.startsWith("labels/"))).toHaveLength(4);
        expect(names.filter((name) => name.startsWith("images/"))).toHaveLength(4);
        expect(names.join()).toContain("pond-2");
      }
      if (format === "voc") expect(text("ImageSets/Main/trainval.txt").trim().split("\n")).toHaveLength(4);
      if (format === "cvat") expect(text("annotations.xml").match(/<image /g)).toHaveLength(4);
      if (format === "ids") expect(text("objects.csv").trim().split("\r\n")).toHaveLength(5);
      if (format === "classmap") expect(text("labelmap.txt")).toContain("tom cat:");
      if (format === "labels") expect(text("legend.csv").trim().split("\r\n")).toHaveLength(5);
    },
  );

  it("close a photo, and undo brings it back", async () => {
    await page.getByTestId("close-photo").click();
    await expect.poll(async () => (await stateOf(page)).photos).toBe(3);
    await page.keyboard.press("Control+z");
    await expect.poll(async () => (await stateOf(page)).photos).toBe(4);
  });
});
