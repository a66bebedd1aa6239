import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RgbImage } from "@sam2js/core";
import { compressRle } from "@sam2js/masks";
import { fixtureDir, loadGolden } from "@sam2js/reference";
import sharp from "sharp";
import { expect, it } from "vitest";
import { createFakeIo } from "../__fixtures__/fake-io.js";
import { makeFolder } from "../__fixtures__/run-cli.js";
import type { TrackFrames } from "./frames.js";
import { groupTrackPrompts } from "./parse-track-prompt.js";
import { type RunTrackOptions, runTrack, type Tracks } from "./run-track.js";
import { type LoadedVideoModel, withVideoModel } from "./with-video-model.js";

const MODEL = { model: fixtureDir("video-a") };
const COUNT = 12;

/** The fixture's frames; `onGet` sees how many were read. */
function fixtureVideo(onGet: (reads: number) => void = () => undefined): TrackFrames {
  const { dims, data } = loadGolden("video-a").tensor("frames");
  const [, height = 0, width = 0] = dims;
  const bytes = 3 * height * width;
  let reads = 0;
  return {
    length: COUNT,
    size: [height, width],
    frameRate: 10,
    stem: "clip",
    async get(frame): Promise<RgbImage> {
      onGet(++reads);
      const pixels = (data as Uint8Array).slice(frame * bytes, (frame + 1) * bytes);
      return { data: pixels, width, height, channels: 3 };
    },
    timeOf: (frame) => frame / 10,
    close: async () => undefined,
  };
}

const prompts = groupTrackPrompts([
  { kind: "point", text: "5:a:42,40" },
  { kind: "box", text: "8:b:74,44,98,78" },
]);
/** What stands for the file of the video, whose content is that of the frames. */
const source = join(fixtureDir("video-a"), "goldens.json");
const options: RunTrackOptions = { both: true, maxHoleArea: 4, maxSprinkleArea: 4, out: "", source };

function plain({ objects, frames, masks }: Tracks) {
  const all = frames.map((frame) =>
    [...masks(frame)].map(([id, mask]) => [id, compressRle(mask), mask.score]),
  );
  return { objects, frames, masks: all };
}

it("an interrupted run goes on where it stopped, to the very same masks", async () => {
  const out = makeFolder();
  const io = createFakeIo();
  await withVideoModel(MODEL, io, async (loaded: LoadedVideoModel) => {
    const whole = await runTrack(loaded, fixtureVideo(), prompts, { ...options, out: makeFolder() }, io);
    expect(whole.frames).toEqual(Array.from({ length: COUNT }, (_, frame) => frame));

    // Forwards at the start and in the middle, on the repeated frame between the directions, and backwards.
    const resumed = { ...options, out, resume: true };
    for (const reads of [4, 2, 3, 3]) {
      const controller = new AbortController();
      const video = fixtureVideo((count) => {
        if (count === reads) controller.abort(new DOMException("interrupted", "AbortError"));
      });
      const interrupted = { ...createFakeIo(), signal: controller.signal };
      await expect(runTrack(loaded, video, prompts, resumed, interrupted)).rejects.toThrow("interrupted");
      expect(readdirSync(out)).toEqual(["clip.track-state"]);
      expect(interrupted.notes.join()).toMatch(/\d+ of 13 frames are done; .*--resume/);
    }
    const last = await runTrack(loaded, fixtureVideo(), prompts, resumed, io);
    expect(plain(last)).toEqual(plain(whole));

    // All is done: asking again, for another format perhaps, reads no frame.
    const idle = fixtureVideo(() => {
      throw new RangeError("no frame is wanted");
    });
    const again = await runTrack(loaded, idle, prompts, resumed, io);
    expect(plain(again)).toEqual(plain(whole));
    expect(again.speed).toBe(0);
  });
});

it.each(["the video", "the mask", "the model"])(
  "%s that is another one of the same size begins anew, and is named",
  async (what) => {
    const out = makeFolder();
    const clip = join(out, "clip.bin");
    const mask = join(out, "blob.png");
    const drawn = (x: number) =>
      sharp({ create: { width: 40, height: 40, channels: 3, background: "white" } })
        .extend({ top: 20, left: x, bottom: 36, right: 88 - x, background: "black" })
        .png({ compressionLevel: 0 })
        .toFile(mask);
    await drawn(30);
    writeFileSync(clip, "one");
    const asked = groupTrackPrompts([{ kind: "mask", text: `0:blob=${mask}` }]);
    const request = { ...options, both: false, out, source: clip };
    const end = new DOMException("interrupted", "AbortError");
    await withVideoModel(MODEL, createFakeIo(), async (loaded) => {
      const controller = new AbortController();
      const video = fixtureVideo((count) => count === 5 && controller.abort(end));
      const interrupted = { ...createFakeIo(), signal: controller.signal };
      await expect(runTrack(loaded, video, asked, request, interrupted)).rejects.toThrow("interrupted");

      if (what === "the video") writeFileSync(clip, "two");
      if (what === "the mask") await drawn(32);
      const model =
        what === "the model"
          ? Object.create(loaded.model, { fingerprint: { value: "other" } })
          : loaded.model;
      const io = createFakeIo();
      let reads = 0;
      const again = fixtureVideo((count) => {
        reads = count;
      });
      await runTrack({ ...loaded, model }, again, asked, { ...request, resume: true }, io).catch(
        () => undefined,
      );
      expect(io.notes.join()).toContain(`--resume: ${what}`);
      expect(io.notes.join()).toContain("changed since the interrupted run; beginning at the start");
      if (what !== "the model") expect(reads).toBe(COUNT);
    });
  },
);

it("a run that is interrupted before its first frame leaves nothing", async () => {
  const out = makeFolder();
  const controller = new AbortController();
  const io = { ...createFakeIo(), signal: controller.signal };
  await withVideoModel(MODEL, io, async (loaded) => {
    const video = fixtureVideo(() => controller.abort(new DOMException("interrupted", "AbortError")));
    await expect(runTrack(loaded, video, prompts, { ...options, out }, io)).rejects.toThrow("interrupted");
  });
  expect(existsSync(join(out, "clip.track-state"))).toBe(false);
});

it("a picture of a mask is the answer on its frame, and followed from there", async () => {
  const folder = makeFolder();
  const path = join(folder, "blob.png");
  const [x0, y0, x1, y1] = [30, 20, 80, 70];
  const box = { create: { width: x1 - x0, height: y1 - y0, channels: 3, background: "white" } } as const;
  const around = { top: y0, left: x0, bottom: 96 - y1, right: 128 - x1, background: "black" };
  await sharp(box).extend(around).png().toFile(path);
  const io = createFakeIo();
  const asked = groupTrackPrompts([{ kind: "mask", text: `3:blob=${path}` }]);
  await withVideoModel(MODEL, io, async (loaded) => {
    const { frames, masks } = await runTrack(
      loaded,
      fixtureVideo(),
      asked,
      { ...options, both: false, maxFrames: 2, maxHoleArea: 0, maxSprinkleArea: 0, out: folder },
      io,
    );
    expect(frames).toEqual([3, 4, 5]);
    // The answer has passed through masks of 32 x 32: borders are off by at most half of such a pixel.
    const found = masks(3).get("blob")?.box ?? [];
    for (const [i, side] of [x0, y0, x1 - 1, y1 - 1].entries()) {
      expect(Math.abs((found[i] ?? 0) - side)).toBeLessThanOrEqual(2);
    }
    expect(masks(5).has("blob")).toBe(true);
  });
});
