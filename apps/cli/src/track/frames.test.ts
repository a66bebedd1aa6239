import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ImageError, NotFoundError, type RgbImage } from "@sam2js/core";
import { createNodeRuntime } from "@sam2js/runtime-node";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import {
  COUNT,
  HEIGHT,
  joinVideos,
  level,
  makeVideo,
  picture,
  time,
  WIDTH,
} from "../__fixtures__/make-video.js";
import { makeFolder } from "../__fixtures__/run-cli.js";
import type { TrackFrames } from "./frames.js";
import { keepAlive } from "./keep-alive.js";
import { hasCodecs } from "./load-codecs.js";
import { openFrames } from "./open-frames.js";

const runtime = createNodeRuntime({ worker: false });
afterAll(() => runtime.dispose());
const { signal } = new AbortController();
const open = (path: string) => keepAlive(() => openFrames(path, runtime, signal));

function levelOf(image: RgbImage | undefined, x = 8, y = 24): number {
  return image?.data[3 * (y * image.width + x)] ?? -1;
}

async function check(video: TrackFrames, frames: readonly number[]): Promise<void> {
  for (const frame of frames) {
    const image = await video.get(frame, { signal });
    expect([image?.height, image?.width]).toEqual(video.size);
    expect(Math.abs(levelOf(image) - level(frame)), `frame ${frame}`).toBeLessThan(5);
  }
}

const canDecode = await hasCodecs();

describe.runIf(canDecode)(`a video file${canDecode ? "" : ": not run, no codecs for this platform"}`, () => {
  it("gives its frames in any order, each at its own time", async () => {
    const folder = makeFolder();
    const path = join(folder, "clip.mp4");
    await keepAlive(async () => {
      await makeVideo(path);
      const video = await openFrames(path, runtime, signal);
      expect([video.length, ...video.size, video.stem]).toEqual([COUNT, HEIGHT, WIDTH, "clip"]);
      expect(video.timeOf(7)).toBeCloseTo(time(7), 2);
      const forwards = Array.from({ length: COUNT }, (_, i) => i);
      await check(video, [...forwards, ...forwards.toReversed(), 3, 15, 4, 4]);
      expect(await video.get(COUNT)).toBeUndefined();
      await video.close();
    });
  });

  it("that was filmed with a turned camera comes upright", async () => {
    const path = join(makeFolder(), "phone.mp4");
    await keepAlive(async () => {
      await makeVideo(path, { rotation: 90 });
      const video = await openFrames(path, runtime, signal);
      expect(video.size).toEqual([WIDTH, HEIGHT]);
      const image = await video.get(5, { signal });
      // What was on the left is on top.
      expect(Math.abs(levelOf(image, 24, 8) - level(5))).toBeLessThan(5);
      expect(levelOf(image, 24, 56)).toBeLessThan(20);
      await video.close();
    });
  });

  it("without a single frame, or empty, is a typed error", async () => {
    const folder = makeFolder();
    await keepAlive(async () => {
      const path = join(folder, "none.mp4");
      await makeVideo(path, { count: 0 });
      await expect(openFrames(path, runtime, signal)).rejects.toSatisfy((error) =>
        ImageError.isInstance(error),
      );
      writeFileSync(path, "");
      await expect(openFrames(path, runtime, signal)).rejects.toThrow(/expected a video/);
    });
  });

  it("of which the size changes on the way is a typed error or gives the frames as they are", async () => {
    const folder = makeFolder();
    const path = join(folder, "call.webm");
    const sizes = [
      [HEIGHT, WIDTH],
      [96, 80],
    ] as const;
    await keepAlive(async () => {
      const parts = ["a.webm", "b.webm"].map((name) => join(folder, name));
      for (const [i, part] of parts.entries()) await makeVideo(part, { count: 4, size: sizes[i]! });
      await joinVideos(path, parts);
      const video = await openFrames(path, runtime, signal);
      // FFmpeg's VP9 refuses; a session refuses what another decoder may give (see the end-to-end test with a folder).
      const read = async () => {
        for (let frame = 0; frame < video.length; frame++) {
          const image = await video.get(frame, { signal });
          expect([image?.height, image?.width]).toEqual(sizes[frame < 4 ? 0 : 1]);
        }
      };
      await read().catch((error) => {
        if (!ImageError.isInstance(error)) throw error;
        expect(error.message).toMatch(/pictures change their size/);
      });
      await video.close();
    });
  });

  it("that is cut off, or none at all, is a typed error", async () => {
    const folder = makeFolder();
    const path = join(folder, "clip.mp4");
    await keepAlive(async () => {
      await makeVideo(path);
      const bytes = readFileSync(path);
      const cut = join(folder, "cut.mp4");
      for (const share of [0.01, 0.5, 0.9]) {
        writeFileSync(cut, bytes.subarray(0, Math.floor(share * bytes.length)));
        const read = async () => {
          const video = await openFrames(cut, runtime, signal);
          try {
            for (let frame = 0; frame < video.length; frame++) await video.get(frame, { signal });
          } finally {
            await video.close();
          }
        };
        await expect(read()).rejects.toSatisfy((error) => ImageError.isInstance(error));
      }
      writeFileSync(cut, "this is a text");
      await expect(openFrames(cut, runtime, signal)).rejects.toThrow(/expected a video/);
      writeFileSync(cut, Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"));
      await expect(openFrames(cut, runtime, signal)).rejects.toThrow(/got a picture \(HEIC\); sam2 segment/);
    });
  });
});

describe("a folder of frames", () => {
  it("is read in the order of the numbers in the names", async () => {
    const folder = makeFolder();
    for (const frame of [0, 1, 2, 10, 11]) {
      const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
      await sharp(picture(frame), { raw })
        .png()
        .toFile(join(folder, `f${frame}.png`));
    }
    writeFileSync(join(folder, "notes.txt"), "");
    const video = await open(folder);
    expect(video.length).toBe(5);
    const levels = await Promise.all([0, 1, 2, 3, 4].map(async (index) => levelOf(await video.get(index))));
    expect(levels).toEqual([0, 1, 2, 10, 11].map(level));
  });

  it("without pictures, or not there, is a typed error", async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, "empty"));
    await expect(open(join(folder, "none.mp4"))).rejects.toSatisfy((error) =>
      NotFoundError.isInstance(error),
    );
    await expect(open(join(folder, "empty"))).rejects.toThrow(/expected pictures .* got none/);
  });
});

describe("an animation", () => {
  it.each(["gif", "webp"] as const)("%s gives its frames and times", async (kind) => {
    const path = join(makeFolder(), `loop.${kind}`);
    const all = Buffer.concat([0, 1, 2, 3].map((frame) => picture(frame)));
    const raw = { width: WIDTH, height: 4 * HEIGHT, channels: 3, pageHeight: HEIGHT } as const;
    const options = { delay: [100, 50, 50, 200], loop: 0 };
    await (kind === "gif"
      ? sharp(all, { raw }).gif(options)
      : sharp(all, { raw }).webp({ ...options, lossless: true })
    ).toFile(path);
    const video = await open(path);
    expect([video.length, ...video.size]).toEqual([4, HEIGHT, WIDTH]);
    expect(video.timeOf(3)).toBeCloseTo(0.2, 3);
    await check(video, [2, 0, 3, 1]);
  });

  it("has the place and the colours of a picture of the same file", async () => {
    const all = Buffer.concat([picture(1), picture(2)]);
    const raw = { width: WIDTH, height: 2 * HEIGHT, channels: 3, pageHeight: HEIGHT } as const;
    for (const made of [
      sharp(all, { raw }).withMetadata({ orientation: 6 }),
      sharp(all, { raw }).withIccProfile("p3"),
    ]) {
      const path = join(makeFolder(), "loop.webp");
      await made.webp({ delay: [50, 50], lossless: true }).toFile(path);
      const video = await open(path);
      const { data, ...facts } = await runtime.decodeImage(path);
      expect([...video.size]).toEqual([facts.height, facts.width]);
      const frame = await video.get(0);
      expect(frame).toMatchObject(facts);
      expect(Buffer.from(frame?.data ?? []).equals(Buffer.from(data))).toBe(true);
    }
  });

  it("is known by its content, and one of a kind that is not read is called so", async () => {
    const folder = makeFolder();
    const raw = { width: WIDTH, height: 2 * HEIGHT, channels: 3, pageHeight: HEIGHT } as const;
    const path = join(folder, "loop");
    writeFileSync(
      path,
      await sharp(Buffer.concat([picture(0), picture(1)]), { raw })
        .gif()
        .toBuffer(),
    );
    expect((await open(path)).length).toBe(2);
    const png = await sharp(picture(0), { raw: { ...raw, height: HEIGHT } })
      .png()
      .toBuffer();
    const control = Buffer.from("\0\0\0\bacTL\0\0\0\x02\0\0\0\0\xf3\x8d\x93\x70", "latin1");
    writeFileSync(path, Buffer.concat([png.subarray(0, 33), control, png.subarray(33)])); // behind the header
    await expect(open(path)).rejects.toThrow(/got an animation \(PNG\); convert it first/);
    writeFileSync(path, png);
    await expect(open(path)).rejects.toThrow(/got a picture \(PNG\); sam2 segment/);
  });

  it("of one picture is refused", async () => {
    const path = join(makeFolder(), "still.gif");
    await sharp(picture(1), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
      .gif()
      .toFile(path);
    await expect(open(path)).rejects.toThrow(/expected an animation/);
  });
});
