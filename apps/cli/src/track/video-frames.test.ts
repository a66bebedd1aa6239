import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ImageError, type RgbImage } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { makeFolder } from "../__fixtures__/run-cli.js";
import { mutated } from "./__fixtures__/mutate.mjs";
import { hasCodecs } from "./load-codecs.js";
import { videoFrames } from "./video-frames.js";

const FIXTURES = fileURLToPath(new URL("./__fixtures__/", import.meta.url));
const { signal } = new AbortController();

interface Expected {
  readonly frames: number;
  readonly size: readonly [number, number];
  readonly first: readonly (readonly number[])[];
  readonly last: readonly (readonly number[])[];
}

/** What FFmpeg reads, written by make_expected.py. */
const expected: Readonly<Record<string, Expected>> = JSON.parse(
  readFileSync(join(FIXTURES, "expected.json"), "utf8"),
);
/** On the mean of a cell: rounding, and at odd sides the last column and row, whose colours are told by another way. */
const CELL_TOLERANCE = 2;

function cells({ data, width, height }: RgbImage): number[][] {
  const means: number[][] = [];
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 6; column++) {
      const sums = [0, 0, 0];
      let count = 0;
      for (let y = Math.floor((row * height) / 4); y < Math.floor(((row + 1) * height) / 4); y++) {
        for (let x = Math.floor((column * width) / 6); x < Math.floor(((column + 1) * width) / 6); x++) {
          for (let i = 0; i < 3; i++) sums[i] = (sums[i] ?? 0) + (data[3 * (y * width + x) + i] ?? 0);
          count += 1;
        }
      }
      means.push(sums.map((sum) => sum / count));
    }
  }
  return means;
}

const canDecode = await hasCodecs();

describe.runIf(canDecode)("a video file is read as FFmpeg shows it", () => {
  it.each(Object.entries(expected))("%s", async (name, { frames, size, first, last }) => {
    const video = await videoFrames(join(FIXTURES, name), signal);
    try {
      expect([video.length, ...video.size]).toEqual([frames, ...size]);
      expect(video.timeOf(0)).toBe(0);
      for (const [index, wanted] of [
        [0, first],
        [frames - 1, last],
      ] as const) {
        const image = (await video.get(index)) as RgbImage;
        expect([image.height, image.width]).toEqual(size);
        const worst = Math.max(
          ...cells(image).map((cell, i) =>
            Math.max(...cell.map((value, j) => Math.abs(value - (wanted[i]?.[j] ?? 0)))),
          ),
        );
        expect(worst, `frame ${index}`).toBeLessThan(CELL_TOLERANCE);
      }
    } finally {
      await video.close();
    }
  });

  it("keeps the times of a file whose frames last differently, and drops what was trimmed away", async () => {
    const video = await videoFrames(join(FIXTURES, "trimmed-copy.mp4"), signal);
    const times = Array.from({ length: video.length }, (_, frame) => Number(video.timeOf(frame).toFixed(3)));
    expect(times).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.2]);
    await video.close();
  });
});

it.runIf(canDecode).each(["full-range-422.mp4", "refused-440.webm", "refused-rgb.mp4"])(
  "%s, whose colours the codecs here would get wrong, is refused",
  async (name) => {
    await expect(videoFrames(join(FIXTURES, name), signal)).rejects.toThrow(/convert it to yuv420p/);
  },
);

/** Reads a file whole, and gives the code of the error that ended it. */
async function outcome(path: string): Promise<string> {
  try {
    const video = await videoFrames(path, signal, { stalledMs: 4000 });
    try {
      for (let frame = 0; frame < Math.min(video.length, 40); frame++) await video.get(frame);
      return "read";
    } finally {
      await video.close();
    }
  } catch (error) {
    return (error as { code?: string }).code ?? `untyped: ${error}`;
  }
}

describe.runIf(canDecode)("a damaged video", () => {
  it("of which one byte sends the demuxer round in circles is given up", async () => {
    const bytes = readFileSync(join(FIXTURES, "odd-width.webm"));
    const at = bytes.indexOf(Buffer.from("1c53bb6b", "hex"), 200);
    expect(at).toBeGreaterThan(0);
    bytes[at + 3] = 0x2b;
    const path = join(makeFolder(), "cues.webm");
    writeFileSync(path, bytes);
    expect(["read", "INVALID_IMAGE"]).toContain(await outcome(path));
  });

  it("of which one byte makes a table of billions is given up within its memory", async () => {
    const bytes = readFileSync(join(FIXTURES, "mirrored.mp4"));
    const at = bytes.indexOf("stts");
    expect(at).toBeGreaterThan(0);
    // The count of frames of the first entry, behind version, flags and the number of entries.
    bytes[at + 12] = 0x6a;
    const path = join(makeFolder(), "stts.mp4");
    writeFileSync(path, bytes);
    const before = process.memoryUsage().rss;
    expect(["read", "INVALID_IMAGE"]).toContain(await outcome(path));
    expect(process.memoryUsage().rss - before).toBeLessThan(1.5e9);
  });

  it("that makes the codec ask for gigabytes is given up", async () => {
    const path = join(makeFolder(), "memory.mp4");
    writeFileSync(path, mutated(readFileSync(join(FIXTURES, "mirrored.mp4")), 8692));
    const video = await videoFrames(path, signal);
    const all = async () => {
      for (let frame = 0; frame < video.length; frame++) await video.get(frame);
    };
    const error = await all().catch((reason: unknown) => reason);
    await video.close();
    expect(ImageError.isInstance(error)).toBe(true);
    expect(String(error)).toMatch(/ended its process/);
  });

  it("gives frames or a typed error, whatever bytes are changed", async () => {
    const folder = makeFolder();
    const names = Object.keys(expected);
    for (let seed = 0; seed < 34; seed++) {
      const name = names[seed % names.length] as string;
      const path = join(folder, `${seed}-${name}`);
      writeFileSync(path, mutated(readFileSync(join(FIXTURES, name)), seed));
      expect(["read", "INVALID_IMAGE", "UNSUPPORTED"], path).toContain(await outcome(path));
    }
  });

  it("is an ImageError that says what to do", async () => {
    const path = join(makeFolder(), "text.mp4");
    writeFileSync(path, "this is a text");
    const error = await videoFrames(path, signal).catch((cause: unknown) => cause);
    expect(ImageError.isInstance(error)).toBe(true);
    expect(String(error)).toMatch(/expected a video \(mp4, mov, webm, mkv, ts\).*convert it to mp4 first/);
  });
});
