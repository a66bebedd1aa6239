import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rleFromBitmap, toLabelMapPng } from "@sam2js/masks";
import { encodePng } from "@sam2js/runtime-web";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { settle, stateOf } from "./hooks.js";
import { clickPhoto, picture, waitForPhase } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const [WIDTH, HEIGHT] = [1800, 1200];
const pond = readFile(new URL("../public/examples/pond.jpg", import.meta.url));

describeInBrowser("labels and folders, with discs for masks", { query: "?test&engine=fake" }, (stage) => {
  let page: Page;
  let folder: string;
  beforeAll(async () => {
    page = stage.page;
    folder = await mkdtemp(join(tmpdir(), "sam2js-yolo-"));
    const files: readonly (readonly [string, string | Buffer])[] = [
      ["images/train/a.jpg", await pond],
      ["images/train/b.jpg", await pond],
      ["images/val/a.jpg", await pond],
      ["images/val/c.jpg", await pond],
      // The first is a mask, the second a box for the model.
      ["labels/train/a.txt", "1 0.1 0.1 0.4 0.1 0.4 0.5 0.1 0.5\n0 0.7 0.7 0.2 0.2\n"],
      ["labels/train/b.txt", ""],
      // The other photo of this name has its own.
      ["labels/val/a.txt", "0 0.5 0.5 0.2 0.2\n"],
      ["labels/val/c.txt", "0 0.5 0.5 0.2 0.2\nnonsense\n"],
      ["labels/val/gone.txt", "0 0.5 0.5 0.2 0.2\n"],
      ["data.yaml", "path: .\nnames: [duck, boat]\n"],
      [".DS_Store", "x"],
    ];
    for (const [name, content] of files) {
      await mkdir(join(folder, name, ".."), { recursive: true });
      await writeFile(join(folder, name), content);
    }
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    expect(stage.opened.complaints).toEqual([]);
  });

  const close = () => page.getByTestId("imported-ok").click();
  const count = () => page.getByTestId("imported-count").textContent();
  const labels = (name: string, content: string | Buffer) =>
    page.getByTestId("labels-input").setInputFiles({
      name,
      mimeType: "",
      buffer: typeof content === "string" ? Buffer.from(content) : content,
    });
  /** Columns of a rectangle, as COCO has it. */
  const rectangle = (x: number, y: number, width: number, height: number) => {
    const counts = [x * HEIGHT + y, height];
    for (let i = 1; i < width; i += 1) counts.push(HEIGHT - height, height);
    counts.push(WIDTH * HEIGHT - counts.reduce((sum, each) => sum + each, 0));
    return { size: [HEIGHT, WIDTH], counts };
  };

  it("come in with a folder of photos, and what could not be used is told", async () => {
    await page.getByTestId("folder-input").setInputFiles(folder);
    await page.getByTestId("dialog-imported").waitFor();
    expect(await count()).toBe("4 objects on 3 photos.");
    await picture(page, "imported");
    expect(await page.getByTestId("imported-unknown").textContent()).toContain("labels/val/gone.txt");
    const problems = page.getByTestId("imported-problems");
    expect(await problems.textContent()).toMatch(/c\.txt: line 2: expected a class and a polygon or a box/);
    await close();
    await waitForPhase(page, "ready");
    expect(await page.getByTestId("strip-photo").count()).toBe(4);
    const { objects } = await settle(page);
    expect(objects.map(({ area, hasBox, points }) => [area, hasBox, points])).toEqual([
      [540 * 480, false, 0],
      [expect.any(Number), true, 0],
    ]);
    expect(await page.locator(".row-class").allTextContents()).toEqual(["boat", "duck"]);
    expect(await page.getByTestId("class").allTextContents()).toEqual([
      expect.stringContaining("duck"),
      expect.stringContaining("boat"),
    ]);
    await picture(page, "imported-objects");
  });

  it("are gone on with by clicks, and undone in one step", async () => {
    await page.getByTestId("object-row").first().locator(".row-main").click();
    await clickPhoto(page, 0.5, 0.3);
    const more = (await settle(page)).objects[0];
    expect(more).toMatchObject({ points: 1 });
    expect(more?.area ?? 0).toBeGreaterThan(540 * 480);
    await page.keyboard.press("Control+z");
    expect((await settle(page)).objects[0]).toMatchObject({ points: 0, area: 540 * 480 });
    await page.keyboard.press("Control+z");
    expect((await settle(page)).objects).toEqual([]);
    await page.keyboard.press("Control+Shift+z");
    expect((await settle(page)).objects).toHaveLength(2);
  });

  it("of COCO have equal pixels, and are not imported twice", async () => {
    const coco = {
      images: [{ id: 1, file_name: "photos/B.JPG", width: WIDTH, height: HEIGHT }],
      categories: [{ id: 5, name: "boat" }],
      annotations: [{ id: 1, image_id: 1, category_id: 5, segmentation: rectangle(100, 200, 30, 40) }],
    };
    await labels("instances.json", JSON.stringify(coco));
    await page.getByTestId("dialog-imported").waitFor();
    expect(await count()).toBe("1 object on 1 photo.");
    await close();
    await waitForPhase(page, "ready");
    expect((await settle(page)).objects.map(({ counts, box }) => [counts, box])).toEqual([
      [rectangle(100, 200, 30, 40).counts, [100, 200, 129, 239]],
    ]);
    await labels("instances.json", JSON.stringify(coco));
    await page.getByTestId("dialog-imported").getByText("1 was there already.").waitFor();
    await close();
    expect((await settle(page)).objects).toHaveLength(1);
  });

  it("as masks of numbers are objects, or classes where somebody says so", async () => {
    const masks = [10, 400].map((left) =>
      rleFromBitmap(
        Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
          i % WIDTH >= left && i % WIDTH < left + 90 ? 1 : 0,
        ),
        WIDTH,
        HEIGHT,
      ),
    );
    await labels("c.png", Buffer.from(await encodePng(toLabelMapPng(masks, [HEIGHT, WIDTH]))));
    await page.getByTestId("dialog-imported").waitFor();
    expect(await count()).toBe("2 objects on 1 photo.");
    await page.getByTestId("numbers-classes").click();
    await expect.poll(async () => (await stateOf(page)).objects.length).toBe(3);
    await close();
    await waitForPhase(page, "ready");
    expect(await page.locator(".row-class").allTextContents()).toEqual(["duck", "class 1", "class 2"]);
    expect((await settle(page)).objects.slice(1).map(({ area }) => area)).toEqual([90 * HEIGHT, 90 * HEIGHT]);
    await page.locator('html[data-saved="true"]').waitFor({ state: "attached" });
  });

  it("are told apart from other files", async () => {
    await labels("notes.json", '{"a": 1}');
    await page.getByTestId("imported-count").getByText("Nothing was put on these photos.").waitFor();
    await close();
    await page.keyboard.press("i");
    await page.getByTestId("dialog-open").waitFor();
    await picture(page, "open-dialog");
    await page.keyboard.press("Escape");
  });

  it("go out into a folder, beside what is there", async () => {
    await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const out = await root.getDirectoryHandle("out", { create: true });
      await out.getDirectoryHandle("sam2js-yolo", { create: true });
      Object.assign(globalThis, { showDirectoryPicker: async () => out });
    });
    await page.getByTestId("export").click();
    await page.getByTestId("scope-all").click();
    await page.getByTestId("format-yolo").click();
    // It is said for a moment only: whoever looks for it looks before it is said.
    const isSaid = page.getByTestId("status").getByText("6 files are in sam2js-yolo-2").waitFor();
    await page.getByTestId("save-into-folder").click();
    await page.getByTestId("close-dialog").click();
    await isSaid;
    const written = await page.evaluate(async () => {
      const list = async (folder: FileSystemDirectoryHandle, path: string): Promise<string[]> => {
        const names: string[] = [];
        for await (const each of folder.values())
          if (each.kind === "directory") names.push(...(await list(each, `${path}${each.name}/`)));
          else names.push(`${path}${each.name} ${(await each.getFile()).size > 0}`);
        return names.sort();
      };
      return list(await showDirectoryPicker(), "");
    });
    expect(written).toEqual([
      "sam2js-yolo-2/classes.txt true",
      "sam2js-yolo-2/data.yaml true",
      "sam2js-yolo-2/labels/train/a-2.txt true",
      "sam2js-yolo-2/labels/train/a.txt true",
      "sam2js-yolo-2/labels/train/b.txt true",
      "sam2js-yolo-2/labels/train/c.txt true",
    ]);
  });
});
