import { mkdir, readFile, writeFile } from "node:fs/promises";
import { compressRle, readCoco, shapeMask } from "@sam2js/masks";
import { QUICK_WASM } from "@sam2js/testing/chromium";
import { unzipSync } from "fflate";
import type { BrowserContext, Page } from "playwright-core";
import { expect, it } from "vitest";
import { download } from "./download.js";
import { settle, stateOf } from "./hooks.js";
import { clickPhoto, dragOnPhoto, openApp, waitForPhase } from "./site.js";
import { describeInBrowser } from "./with-app.js";

/** How many photos are worked on: a few in every run, 60 with `pnpm scenario`. */
const PHOTOS = Number(process.env.SAM2JS_PHOTOS ?? 10);
/** Steps of undo: fewer than the app keeps. */
const STEPS = PHOTOS < 60 ? 100 : 520;
/** Where exported files stay, with what was on screen, for `read-exports.py`. */
const KEPT = process.env.SAM2JS_EXPORTS;
const FORMATS = ["coco", "yolo", "voc", "cvat", "labelstudio", "ids", "classmap", "labels"];
const DATA_SETS = FORMATS.slice(0, 5);

/** An object as it was on screen. */
interface Seen {
  readonly name: string;
  readonly label: string;
  readonly counts: readonly number[];
}

const small = (name: string) => readFile(new URL(`../public/examples/${name}-small.jpg`, import.meta.url));
/** Photos whose names repeat now and then. */
async function photos(count: number) {
  const buffers = await Promise.all(["pond", "kitchen", "truck"].map(small));
  return Array.from({ length: count }, (_, i) => ({
    name: i % 7 === 6 ? "image.jpg" : `img ${i + 1}.jpg`,
    mimeType: "image/jpeg",
    buffer: buffers[i % 3] ?? Buffer.alloc(0),
  }));
}

/** Objects of the photo that is shown, once its masks are there. */
async function seenNow(page: Page): Promise<Seen[]> {
  const { objects } = await settle(page);
  const labels = await page
    .getByTestId("object-row")
    .evaluateAll((rows) => rows.map((row) => row.querySelector(".row-class")?.textContent ?? ""));
  return objects.map(({ name, counts }, i) => ({ name, label: labels[i] ?? "", counts: counts ?? [] }));
}

async function show(page: Page, at: number): Promise<void> {
  await page.getByTestId("strip-photo").nth(at).click();
  await expect.poll(() => page.getByTestId("strip-photo").nth(at).getAttribute("aria-current")).toBe("true");
  await waitForPhase(page, "ready");
}

/** What is on each photo, looked at one after the other. */
async function lookThrough(page: Page, count: number): Promise<Seen[][]> {
  const all: Seen[][] = [];
  for (let at = 0; at < count; at += 1) {
    await show(page, at);
    all.push(await seenNow(page));
  }
  return all;
}

/** Exports all photos in one format. */
async function exported(page: Page, format: string): Promise<Buffer> {
  await page.getByTestId("export").click();
  await page.getByTestId("scope-all").click();
  await page.getByTestId(`format-${format}`).click();
  const { bytes } = await download(page);
  await page.getByTestId("close-dialog").click();
  return bytes;
}

/** What a COCO file holds, as it was on screen; photos are in their order. */
function readBack(text: string): Seen[][] {
  return readCoco(JSON.parse(text)).images.map(({ objects, size = [0, 0] }) =>
    objects.map(({ name = "", label, shape }) => ({
      name,
      label: label === "object" ? "" : label,
      counts: [...(shapeMask(shape, size)?.counts ?? [])],
    })),
  );
}

const isSaved = (page: Page) => page.locator('html[data-saved="true"]').waitFor({ state: "attached" });

describeInBrowser("what annotators do, with discs for masks", {}, (stage) => {
  const query = () => `${stage.url}?test&engine=fake`;

  /** Two objects of two classes, one of them corrected, on some a stroke of the brush. */
  async function annotate(page: Page, at: number): Promise<Seen[]> {
    await show(page, at);
    const shift = 0.02 * (at % 5);
    await clickPhoto(page, 0.2 + shift, 0.4, { modifiers: ["Shift"] });
    await page.keyboard.press("Shift+Digit1");
    await settle(page);
    await clickPhoto(page, 0.3 + shift, 0.5);
    await settle(page);
    await clickPhoto(page, 0.7 - shift, 0.6, { modifiers: ["Shift"] });
    await settle(page);
    await page.keyboard.press("Shift+Digit2");
    if (at % 4 === 1) {
      await page.keyboard.press("p");
      await dragOnPhoto(page, [0.6, 0.3], [0.8, 0.35]);
      await page.keyboard.press("v");
    }
    return seenNow(page);
  }

  async function continued(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    await page.goto(query());
    await page.getByTestId("continue").click();
    await waitForPhase(page, "ready");
    return page;
  }

  it("comes out as it was on screen, whatever happens to tab, disk and model meanwhile", {
    timeout: 300_000 + 40_000 * PHOTOS,
  }, async () => {
    const { page, context } = await openApp(stage.browser, query());
    await page.getByTestId("file-input").setInputFiles(await photos(PHOTOS));
    await page
      .getByTestId("strip-photo")
      .nth(PHOTOS - 1)
      .waitFor();
    await waitForPhase(page, "ready");
    for (const name of ["cat", "tom & jerry"]) {
      await page.getByTestId("object-class").fill(name);
      await page.getByTestId("object-class").press("Enter");
    }
    const seen: Seen[][] = Array.from({ length: PHOTOS }, () => []);
    // The last photo stays without objects.
    const parts = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * (PHOTOS - 1)));
    const work = async (on: Page, part: number) => {
      for (let at = parts[part] ?? 0; at < (parts[part + 1] ?? 0); at += 1) seen[at] = await annotate(on, at);
    };

    await work(page, 0);
    // All that was done, back and forth again.
    while (await page.getByTestId("undo").isEnabled()) await page.getByTestId("undo").click();
    expect((await lookThrough(page, PHOTOS)).flat()).toEqual([]);
    while (await page.getByTestId("redo").isEnabled()) await page.getByTestId("redo").click();
    expect(await lookThrough(page, PHOTOS)).toEqual(seen);

    await page.getByTestId("model").click();
    await page.getByTestId("hub-id").fill("someone/other");
    await page.getByTestId("load-hub").click();
    await page.locator('main[data-model="someone/other"]').waitFor();
    await page.getByTestId("close-dialog").click();
    await work(page, 1);
    await isSaved(page);
    await page.reload();
    await page.getByTestId("continue").click();
    await waitForPhase(page, "ready");

    // Two tabs: the second one takes the project over, the first one follows.
    const second = await continued(context);
    await second.getByTestId("edit-here").click();
    await second.getByTestId("reader").waitFor({ state: "detached" });
    await work(second, 2);
    await isSaved(second);
    await page.getByTestId("reader").waitFor();
    await page.close();

    // No room for a while.
    await second.evaluate(() => {
      const { createWritable } = FileSystemFileHandle.prototype;
      Object.assign(globalThis, {
        mend: () => Object.assign(FileSystemFileHandle.prototype, { createWritable }),
      });
      FileSystemFileHandle.prototype.createWritable = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await work(second, 3);
    await second.getByTestId("saved-sign").getByText("Not saved", { exact: true }).waitFor();
    await second.evaluate(() => (globalThis as unknown as { mend: () => void }).mend());
    await isSaved(second);

    // The tab dies.
    await second.goto("chrome://crash").catch(() => undefined);
    const last = await continued(context);
    expect(await lookThrough(last, PHOTOS)).toEqual(seen);
    await isSaved(last);
    await last.reload();
    await last.getByTestId("continue").click();
    await waitForPhase(last, "ready");
    // Nobody has looked at the photos since.
    expect(readBack((await exported(last, "coco")).toString())).toEqual(seen);
    expect(seen.flat()).toHaveLength(2 * (PHOTOS - 1));
    if (KEPT) await keep(last, seen);
    await context.close();
  });

  it("fills a week of undo, and comes back from it", { timeout: 300_000 + 6000 * STEPS }, async () => {
    const { page, context } = await openApp(stage.browser, query());
    await page.getByTestId("file-input").setInputFiles(await photos(3));
    await page.getByTestId("strip-photo").nth(2).waitFor();
    await waitForPhase(page, "ready");
    for (let i = 0; i < STEPS; i += 1) {
      if (i % 40 === 0) await show(page, (i / 40) % 3);
      await clickPhoto(
        page,
        0.1 + 0.02 * (i % 40),
        0.1 + 0.01 * (i % 70),
        i % 4 === 0 ? { modifiers: ["Shift"] } : {},
      );
    }
    const end = await lookThrough(page, 3);
    for (let i = 0; i < STEPS; i += 1) await page.keyboard.press("Control+z");
    expect((await lookThrough(page, 3)).flat()).toEqual([]);
    for (let i = 0; i < STEPS; i += 1) await page.keyboard.press("Control+Shift+z");
    expect(await lookThrough(page, 3)).toEqual(end);
    await isSaved(page);
    await context.close();
  });
});

const quick = { flags: [QUICK_WASM] };

describeInBrowser("photos clicked faster than they are prepared, with nano", quick, (stage) => {
  it("have all their masks in the end", { timeout: 300_000 + 20_000 * PHOTOS }, async () => {
    const { page, context, complaints } = await openApp(
      stage.browser,
      `${stage.url}?test&device=wasm&fault=slow-encode`,
    );
    const count = Math.max(6, Math.ceil(PHOTOS / 2));
    await page.getByTestId("file-input").setInputFiles(await photos(count));
    await page
      .getByTestId("strip-photo")
      .nth(count - 1)
      .waitFor();
    for (let i = 0; i < count; i += 1) {
      await clickPhoto(page, 0.5, 0.6);
      await page.keyboard.press("Control+Enter");
    }
    const written = readBack((await exported(page, "coco")).toString());
    expect(written.map((objects) => objects.length)).toEqual(Array.from({ length: count }, () => 1));
    expect(written).toEqual(await lookThrough(page, count));
    expect((await stateOf(page)).photos).toBe(count);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

/** Writes all formats and what was on screen, for other programs to compare. */
async function keep(page: Page, seen: readonly (readonly Seen[])[]): Promise<void> {
  if (!KEPT) return;
  await mkdir(KEPT, { recursive: true });
  const sizes = await page.evaluate(() => document.querySelector(".file .num")?.textContent ?? "");
  const [width = 0, height = 0] = sizes.split("×").map((text) => Number(text.replace(/\D/g, "")));
  const truth = seen.map((objects) =>
    objects.map(({ name, label, counts }) => ({
      name,
      label,
      ...compressRle({ size: [height, width], counts: Uint32Array.from(counts) }),
    })),
  );
  await writeFile(`${KEPT}/on-screen.json`, JSON.stringify(truth));
  for (const format of FORMATS) {
    if (DATA_SETS.includes(format)) {
      await page.getByTestId("export").click();
      await page.getByTestId("scope-all").click();
      await page.getByTestId(`format-${format}`).click();
      await page.getByTestId("with-photos").check();
      if (await page.getByTestId("validation-20").count()) await page.getByTestId("validation-20").click();
      await page.getByTestId("close-dialog").click();
    }
    const bytes = await exported(page, format);
    expect(Object.keys(unzipSync(new Uint8Array(bytes))).length).toBeGreaterThan(1);
    await writeFile(`${KEPT}/${format}.zip`, bytes);
  }
}
