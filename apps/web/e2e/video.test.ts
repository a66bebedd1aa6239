import { unzipSync } from "fflate";
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from "mediabunny";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { GIF, WEBP } from "./animations.js";
import { download } from "./download.js";
import { previewAt, previewOf, settle, track, videoState } from "./hooks.js";
import { makeClip } from "./make-clip.js";
import { clickPhoto, dragOnPhoto, openApp, picture, pictureOnPhone, placeOnPhoto } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const FRAMES = 20;
const options = { query: "?test&device=wasm" };

describeInBrowser("a video with nano on WASM", options, (stage) => {
  let page: Page;
  beforeAll(() => {
    page = stage.page;
  });

  it("opens with frames of different lengths, and shows the first one", async () => {
    const buffer = await makeClip(page, {
      frames: FRAMES,
      width: 320,
      height: 180,
      durations: [0.04, 0.04, 0.12],
    });
    await openFile(page, "shapes.webm", "video/webm", buffer);
    expect((await videoState(page)).frames).toBe(FRAMES);
    await page.keyboard.press(".");
    await page.keyboard.press(".");
    await page.keyboard.press(".");
    await expect.poll(() => page.getByTestId("time").textContent()).toBe("0:00.20");
    await page.getByTestId("strip").press("Home");
    await expect.poll(async () => (await videoState(page)).frame).toBe(0);
  });

  it("answers clicks on any frame, an object each", async () => {
    await clickPhoto(page, 0.2, 0.36);
    await expect.poll(async () => (await videoState(page)).lanes[0]?.present).toBe(1);
    const [first] = (await settle(page)).objects;
    expect(first?.area).toBeGreaterThan(1000);
    for (let i = 0; i < 8; i++) await page.keyboard.press(".");
    await expect.poll(async () => (await videoState(page)).frame).toBe(8);
    await clickPhoto(page, 0.59, 0.74, { modifiers: ["Shift"] });
    await expect
      .poll(async () => (await videoState(page)).lanes[1])
      .toMatchObject({ present: 1, missing: FRAMES - 1, prompts: 1 });
    await picture(page, "video-click");
  });

  it("tracks both ways with progress, pauses and goes on, while the user looks elsewhere", async () => {
    await page.getByTestId("track").click();
    await page.locator('main[data-phase="tracking"]').waitFor();
    await expect.poll(() => page.getByTestId("track-status").textContent()).toContain("frames/s");
    await page.getByTestId("track-pause").click();
    await expect.poll(() => page.getByTestId("track-status").textContent()).toContain("Paused");
    await page.getByTestId("strip").press("Home");
    await track(page, [0, 0]);
    expect((await videoState(page)).frame).toBe(0);
  });

  it("has masks that follow the disc to the right and the square to the left", async () => {
    const start = (await settle(page)).objects.map(({ box }) => middle(box));
    await page.getByTestId("strip").press("End");
    await expect.poll(async () => (await videoState(page)).frame).toBe(FRAMES - 1);
    const end = (await settle(page)).objects.map(({ box }) => middle(box));
    await picture(page, "video-tracked");
    expect((end[0] ?? 0) - (start[0] ?? 0)).toBeGreaterThan(60);
    expect((end[1] ?? 0) - (start[1] ?? 0)).toBeLessThan(-60);
  });

  it("corrects one object from a frame on, leaves the other alone, and takes it back", async () => {
    await page.getByTestId("strip").press("PageDown");
    await page.getByTestId("lane").first().locator(".lane-name").click();
    await expect.poll(async () => (await videoState(page)).frame).toBe(FRAMES - 11);
    await clickPhoto(page, 0.43, 0.3);
    await settle(page);
    const [first, second] = (await videoState(page)).lanes;
    expect(first).toMatchObject({ prompts: 2, missing: 0, old: 10 });
    expect(second).toMatchObject({ prompts: 1, missing: 0, old: 0 });
    await picture(page, "video-corrected");
    await track(page, [0, 0]);
    await page.keyboard.press("Control+z");
    await settle(page);
    expect((await videoState(page)).lanes[0]).toMatchObject({ prompts: 1, old: 0, missing: 0 });
    await page.keyboard.press("Control+Shift+z");
    await settle(page);
    expect((await videoState(page)).lanes[0]).toMatchObject({ prompts: 2, old: 0, missing: 0 });
  });

  it("goes from prompt to prompt by keys on the timeline", async () => {
    await page.getByTestId("strip").press("End");
    await page.getByTestId("strip").press("[");
    await page.getByTestId("strip").press("[");
    await expect.poll(async () => (await videoState(page)).frame).toBe(0);
    await page.getByTestId("strip").press("]");
    await expect.poll(async () => (await videoState(page)).frame).toBe(FRAMES - 11);
  });

  it("plays, and stops at the end", async () => {
    await page.getByTestId("strip").press("Home");
    await expect.poll(async () => (await videoState(page)).frame).toBe(0);
    await page.getByTestId("play").click();
    await expect.poll(async () => (await videoState(page)).frame).toBe(FRAMES - 1);
    await expect.poll(() => page.getByTestId("play").getAttribute("aria-label")).toBe("Play");
  });

  it("writes what is seen: COCO, MOT, pictures and a video with as many frames", async () => {
    const { lanes } = await videoState(page);
    const present = lanes.reduce((sum, lane) => sum + lane.present, 0);
    await page.getByTestId("export").click();
    const coco = JSON.parse((await exported(page, "coco")).toString("utf8"));
    expect(coco.images).toHaveLength(FRAMES);
    expect(coco.annotations).toHaveLength(present);
    expect(new Set(coco.annotations.map(({ track_id }: { track_id: number }) => track_id))).toEqual(
      new Set([1, 2]),
    );
    const { objects } = await settle(page);
    const last = coco.annotations.filter(({ image_id }: { image_id: number }) => image_id === FRAMES);
    expect(last.map(({ area }: { area: number }) => area)).toEqual(objects.map(({ area }) => area));
    const mot = (await exported(page, "mot")).toString("utf8").trim().split("\n");
    expect(mot).toHaveLength(present);
    const masks = unzipSync(await exported(page, "masks"));
    expect(Object.keys(masks)).toHaveLength(FRAMES + 1);
    const video = await exported(page, "overlay");
    const input = new Input({ source: new BufferSource(new Uint8Array(video)), formats: ALL_FORMATS });
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new TypeError("no track");
    const stamps: number[] = [];
    for await (const { timestamp } of new EncodedPacketSink(track).packets()) stamps.push(timestamp);
    expect(stamps).toHaveLength(FRAMES);
    expect(Math.max(...stamps)).toBeCloseTo(1.24, 2);
    expect([await track.getDisplayWidth(), await track.getDisplayHeight()]).toEqual([320, 180]);
    const cutOut = await exported(page, "cutout");
    const own = new Input({ source: new BufferSource(new Uint8Array(cutOut)), formats: ALL_FORMATS });
    const transparent = await own.getPrimaryVideoTrack();
    expect(await transparent?.canBeTransparent()).toBe(true);
    expect(await transparent?.computePacketStats()).toMatchObject({ packetCount: FRAMES });
    await page.getByTestId("close-dialog").click();
  });

  it("stops a track, and keeps what it has", async () => {
    await page.getByTestId("new-object").click();
    await clickPhoto(page, 0.9, 0.9);
    await settle(page);
    await page.getByTestId("track").click();
    await expect.poll(async () => (await videoState(page)).lanes[2]?.missing).toBeLessThan(FRAMES - 2);
    await page.getByTestId("track-stop").click();
    await page.locator('main[data-phase="ready"]').waitFor();
    const { missing = 0 } = (await videoState(page)).lanes[2] ?? {};
    expect(missing).toBeGreaterThan(0);
    await page.waitForTimeout(400);
    expect((await videoState(page)).lanes[2]?.missing).toBeGreaterThanOrEqual(missing - 1);
  });

  it("takes a frame as a photo", async () => {
    await page.getByTestId("track-menu").click();
    await page.getByTestId("freeze").click();
    await page.locator('main[data-phase="ready"]').waitFor();
    await expect.poll(() => page.getByTestId("timeline").count()).toBe(0);
    await expect.poll(() => page.getByTestId("strip-photo").count()).toBe(2);
  });

  it("turns a phone's video upright", async () => {
    const buffer = await makeClip(page, {
      frames: 3,
      width: 320,
      height: 180,
      rotation: 90,
      container: "mp4",
    });
    await openFile(page, "phone.mp4", "video/mp4", buffer);
    await expect.poll(() => page.locator(".file").textContent()).toContain("180 × 320");
  });

  it("opens animations as videos", async () => {
    for (const [name, mimeType, data, seconds] of [
      ["walk.gif", "image/gif", GIF, "0:00.40"],
      ["walk.webp", "image/webp", WEBP, "0:00.30"],
    ] as const) {
      await openFile(page, name, mimeType, Buffer.from(data, "base64"));
      expect((await videoState(page)).frames).toBe(4);
      await page.getByTestId("strip").press("End");
      await expect.poll(() => page.getByTestId("time").textContent()).toBe(seconds);
    }
  });

  it("says what is wrong with a file that is cut off, empty or no video", async () => {
    const whole = await makeClip(page, { frames: 3, width: 64, height: 64, container: "mp4" });
    for (const [name, buffer] of [
      ["cut.mp4", whole.subarray(0, whole.length - 400)],
      ["empty.mp4", Buffer.alloc(0)],
      ["text.webm", Buffer.from("not a video")],
      ["none.webm", await makeClip(page, { frames: 0, width: 64, height: 64 })],
    ] as const) {
      await page
        .getByTestId("file-input")
        .setInputFiles({ name, mimeType: `video/${name.slice(-4)}`, buffer });
      const problem = page.getByTestId("problem");
      await problem.waitFor();
      expect(await problem.locator("code").textContent()).toContain(`INVALID_VIDEO: ${name}`);
      await problem.getByLabel("Dismiss").click();
    }
    expect(stage.opened.complaints).toEqual([]);
    expect(stage.opened.foreign).toEqual([]);
  });
});

describeInBrowser("single frames of a video with nano on WASM", options, (stage) => {
  let page: Page;
  let clip: Buffer;
  let clicked = 0;

  beforeAll(async () => {
    page = stage.page;
    clip = await makeClip(page, { frames: 12, width: 320, height: 180 });
    await openFile(page, "shapes.webm", "video/webm", clip);
  });
  afterAll(() => expect(stage.opened.complaints).toEqual([]));

  it("shows what a click would give before it, and the click gives just that", async () => {
    const { x, y } = await placeOnPhoto(page, 0.2, 0.36);
    // The frame is prepared a moment after it came to rest; then the pointer needs only be there.
    await expect.poll(() => previewAt(page, x, y)).toBeGreaterThan(1000);
    const preview = await previewOf(page);
    await picture(page, "video-preview");
    await page.mouse.click(x, y);
    await expect.poll(async () => (await videoState(page)).lanes[0]?.present).toBe(1);
    const [object] = (await settle(page)).objects;
    // Of the same place by the video half, whose masks are filled: some pixels of the border.
    clicked = object?.area ?? 0;
    expect(Math.abs(clicked / (preview ?? 0) - 1)).toBeLessThan(0.05);
  });

  it("lets choose among the three masks of the click, and takes the choice back", async () => {
    await page.getByTestId("reading-3").waitFor();
    const areas: number[] = [];
    for (const reading of [1, 3]) {
      await page.getByTestId(`reading-${reading}`).click();
      areas.push((await settle(page)).objects[0]?.area ?? 0);
    }
    await picture(page, "video-readings");
    expect(areas[1]).toBeGreaterThan(areas[0] ?? 0);
    expect((await videoState(page)).lanes[0]).toMatchObject({ present: 1, prompts: 1 });
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    expect((await settle(page)).objects[0]?.area).toBe(clicked);
  });

  it("touches a frame's mask up by brush and eraser, and follows what was drawn", async () => {
    const stroke = async (tool: string, fromX: number, toX: number, atY: number) => {
      await page.keyboard.press(tool);
      await dragOnPhoto(page, [fromX, atY], [toX, atY]);
      await page.getByTestId("frame-mask").waitFor();
    };
    await stroke("p", 0.2, 0.4, 0.36);
    await expect.poll(async () => (await settle(page)).objects[0]?.area).toBeGreaterThan(clicked + 500);
    const drawn = (await settle(page)).objects[0]?.area ?? 0;
    await stroke("e", 0.32, 0.42, 0.36);
    await expect.poll(async () => (await settle(page)).objects[0]?.area).toBeLessThan(drawn - 300);
    await picture(page, "video-touch-up");
    await page.keyboard.press("v");
    await track(page, [0]);
    expect((await videoState(page)).lanes[0]).toMatchObject({ prompts: 1, old: 0, missing: 0 });
    await page.getByTestId("strip").press("End");
    await expect.poll(async () => (await videoState(page)).frame).toBe(11);
    const [last] = (await settle(page)).objects;
    expect(middle(last?.box)).toBeGreaterThan(160);
    await pictureOnPhone(page, "video-touch-up-phone");
  });

  it("shows what a correction would give before the click", async () => {
    await page.getByTestId("strip").press("Home");
    for (let i = 0; i < 5; i++) await page.getByTestId("next-frame").click();
    await expect.poll(async () => (await videoState(page)).frame).toBe(5);
    const { x, y } = await placeOnPhoto(page, 0.57, 0.74);
    const own = (await settle(page)).objects[0]?.area ?? 0;
    await expect.poll(() => previewAt(page, x, y)).toBeGreaterThan(own + 500);
    await picture(page, "video-correction-preview");
    await page.mouse.click(x, y);
    await expect.poll(async () => (await videoState(page)).lanes[0]?.prompts).toBe(2);
    const [object] = (await settle(page)).objects;
    // The past has its say in the answer and none in the preview, so they are not the same; but what was clicked is in it, and was not before.
    expect(object?.area).not.toBe(own);
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = object?.box ?? [];
    expect([x0 < 0.57 * 320, 0.57 * 320 < x1, y0 < 0.74 * 180, 0.74 * 180 < y1]).not.toContain(false);
    await page.keyboard.press("Control+z");
    await settle(page);
  });

  it("takes a touch-up back, with what followed from it", async () => {
    await page.getByTestId("strip").press("Home");
    await expect.poll(async () => (await videoState(page)).frame).toBe(0);
    await page.getByTestId("frame-mask").click();
    await expect.poll(async () => (await settle(page)).objects[0]?.area).toBe(clicked);
    expect((await videoState(page)).lanes[0]).toMatchObject({ prompts: 1, missing: 11 });
    await page.keyboard.press("Control+z");
    await settle(page);
    expect((await videoState(page)).lanes[0]).toMatchObject({ prompts: 1, missing: 0 });
  });

  it("tracks from one frame to another, chosen by the playhead or by a drag", async () => {
    await clickPhoto(page, 0.78, 0.74, { modifiers: ["Shift"] });
    await expect.poll(async () => (await videoState(page)).lanes[1]?.present).toBe(1);
    await page.getByTestId("track-menu").click();
    for (let i = 0; i < 6; i++) await page.getByTestId("next-frame").click();
    await expect.poll(async () => (await videoState(page)).frame).toBe(6);
    await page.getByTestId("range-to").click();
    expect(await page.getByTestId("range-text").textContent()).toBe("Frames 1 to 7");
    await picture(page, "video-range");
    await page.getByTestId("range-all").click();
    const strip = await page.getByTestId("strip").boundingBox();
    const at = (share: number) => (strip?.x ?? 0) + share * (strip?.width ?? 0);
    await page.keyboard.down("Shift");
    await page.mouse.move(at(1.5 / 12), (strip?.y ?? 0) + 10);
    await page.mouse.down();
    await page.mouse.move(at(4.5 / 12), (strip?.y ?? 0) + 10, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up("Shift");
    expect(await page.getByTestId("range-text").textContent()).toBe("Frames 2 to 5");
    await track(page, [0, 7]);
    await expect.poll(() => page.getByTestId("track-status").textContent()).toBe("The range is tracked");
    await pictureOnPhone(page, "video-range-phone");
    await page.getByTestId("range-all").click();
    await expect.poll(() => page.getByTestId("track-status").textContent()).toBe("7 frames to track");
    await page.getByTestId("track-menu").click();
  });

  it("is saved by itself, and goes on after a reload with prompts, touch-ups and tracks", async () => {
    await page.getByTestId("strip").press("Home");
    await expect.poll(async () => (await videoState(page)).frame).toBe(0);
    await page.getByTestId("object-name").fill("Square");
    await page.getByTestId("object-name").press("Enter");
    const { objects } = await settle(page);
    const { lanes } = await videoState(page);
    await page.locator('html[data-saved="true"]').waitFor({ state: "attached" });
    await page.reload();
    await page.getByTestId("continue").waitFor();
    await picture(page, "video-continue");
    await page.getByTestId("continue").click();
    await page.locator('main[data-phase="ready"]').waitFor();
    await expect.poll(async () => (await videoState(page)).lanes).toEqual(lanes);
    await expect.poll(async () => (await settle(page)).objects).toEqual(objects);
    await track(page, [0, 0]);
  });

  it("is written to a file without the video, and goes on with it elsewhere", async () => {
    const { lanes } = await videoState(page);
    await page.getByTestId("export").click();
    const { name, bytes: buffer } = await download(page, "save-project");
    expect(name).toBe("shapes.sam2js");
    await picture(page, "video-export");
    await page.getByTestId("close-dialog").click();
    const other = await openApp(stage.browser, `${stage.url}?test&device=wasm`);
    await other.page.locator('main[data-phase], [data-testid="open"]').first().waitFor();
    await other.page
      .getByTestId("file-input")
      .setInputFiles({ name: "shapes.sam2js", mimeType: "application/zip", buffer });
    await expect.poll(() => other.page.getByTestId("problem").textContent()).toContain("shapes.webm");
    await openFile(other.page, "shapes.webm", "video/webm", clip);
    await expect.poll(async () => (await videoState(other.page)).lanes).toEqual(lanes);
    await other.context.close();
  });

  it("asks for a video's file again where it was too large to be kept", async () => {
    await page.getByTestId("lane").first().locator(".lane-name").click();
    await page.getByTestId("object-name").first().fill("Disc");
    await page.getByTestId("object-name").first().press("Enter");
    const { lanes } = await videoState(page);
    await page.locator('html[data-saved="true"]').waitFor({ state: "attached" });
    await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const projects = await root.getDirectoryHandle("sam2js-projects");
      for await (const id of projects.keys()) {
        const folder = await projects.getDirectoryHandle(id);
        const names: string[] = [];
        for await (const name of folder.keys()) names.push(name);
        for (const name of names) if (/^video-[0-9a-f-]+$/.test(name)) await folder.removeEntry(name);
      }
    });
    await page.reload();
    await page.getByTestId("continue").click();
    await expect.poll(() => page.getByTestId("problem").textContent()).toContain("shapes.webm");
    await picture(page, "video-wanted");
    await openFile(page, "shapes.webm", "video/webm", clip);
    await expect.poll(async () => (await videoState(page)).lanes).toEqual(lanes);
    expect((await settle(page)).objects.map(({ name }) => name)).toContain("Disc");
  });
});

async function openFile(page: Page, name: string, mimeType: string, buffer: Buffer): Promise<void> {
  await page.getByTestId("file-input").setInputFiles({ name, mimeType, buffer });
  await page.locator(".file-name", { hasText: name }).waitFor();
  await page.getByTestId("timeline").waitFor();
  await page.locator('main[data-phase="ready"]').waitFor();
}

async function exported(page: Page, format: string): Promise<Buffer> {
  await page.getByTestId(`format-${format}`).click();
  const { bytes } = await download(page);
  await expect.poll(() => page.getByTestId("download").isEnabled()).toBe(true);
  return bytes;
}

function middle(box: readonly number[] | null | undefined): number {
  return ((box?.[0] ?? 0) + (box?.[2] ?? 0)) / 2;
}
