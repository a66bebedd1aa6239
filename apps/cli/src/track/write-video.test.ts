import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RgbImage, UnsupportedError } from "@sam2js/core";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { ALL_FORMATS, FilePathSource, Input } from "mediabunny";
import { afterAll, describe, expect, it, vi } from "vitest";
import { makeFolder } from "../__fixtures__/run-cli.js";
import type { TrackFrames } from "./frames.js";
import { keepAlive } from "./keep-alive.js";
import { hasCodecs } from "./load-codecs.js";
import { openFrames } from "./open-frames.js";
import { writeGif } from "./write-gif.js";
import { checkWritable, writeVideo } from "./write-video.js";

const runtime = createNodeRuntime({ worker: false });
afterAll(() => runtime.dispose());
const { signal } = new AbortController();

const [WIDTH, HEIGHT] = [64, 48];
const ORANGE = [230, 120, 40] as const;
const image: RgbImage = {
  data: Uint8Array.from(new Array(WIDTH * HEIGHT).fill(ORANGE).flat()),
  width: WIDTH,
  height: HEIGHT,
  channels: 3,
};
const frames: TrackFrames = {
  length: 4,
  size: [HEIGHT, WIDTH],
  frameRate: 10,
  stem: "clip",
  get: async () => image,
  timeOf: (index) => index / 10,
  close: async () => undefined,
};

describe.runIf(await hasCodecs())("a written video", () => {
  it.each(["mp4", "webm"] as const)(
    "names its colours as players expect them, and has them: %s",
    async (kind) => {
      await keepAlive(async () => {
        const pictures = { frames: [0, 1, 2, 3], render: async () => image };
        const file = await writeVideo(kind, frames, pictures, signal);
        const path = join(makeFolder(), file.name);
        writeFileSync(path, file.content);

        using input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
        const config = await (await input.getPrimaryVideoTrack())?.getDecoderConfig();
        expect(config?.colorSpace).toMatchObject({ matrix: "bt709", primaries: "bt709", fullRange: false });

        const video = await openFrames(path, runtime, signal);
        expect(video.length).toBe(4);
        for (const index of [0, 3]) {
          const { data } = (await video.get(index)) as RgbImage;
          const middle = data.subarray(3 * (24 * WIDTH + 32), 3 * (24 * WIDTH + 32) + 3);
          // Compression moves a plain colour by a few levels.
          for (const [i, value] of middle.entries()) expect(Math.abs(value - ORANGE[i]!)).toBeLessThan(8);
        }
        await video.close();
      });
    },
  );

  it("keeps the sound of its part where the container takes it, and says where not", async () => {
    await keepAlive(async () => {
      const packets = Array.from({ length: 20 }, (_, i) => ({
        data: Uint8Array.of(0xf8, 0xff, 0xfe),
        timestamp: i / 50,
        duration: 1 / 50,
      }));
      const config = { codec: "opus", numberOfChannels: 1, sampleRate: 48_000 };
      const notes: string[] = [];
      const pictures = {
        frames: [0, 1, 2, 3],
        render: async () => image,
        note: (text: string) => notes.push(text),
      };
      const spoken = { ...frames, sound: async () => ({ codec: "opus", config, packets }) };
      const path = join(makeFolder(), "spoken.mp4");
      writeFileSync(path, (await writeVideo("mp4", spoken, pictures, signal)).content);

      // Read again by the process that reads videos: half of it.
      const again = await openFrames(path, runtime, signal);
      const sound = await again.sound?.(0.2, 0.4, ["opus"]);
      expect(sound?.codec).toBe("opus");
      expect(sound?.packets).toHaveLength(10);
      expect(sound?.packets[0]?.timestamp).toBeCloseTo(0, 2);
      expect(await again.sound?.(0, 0.4, ["aac"])).toMatchObject({ codec: "opus", packets: [] });
      await again.close();

      expect(notes).toEqual([]);
      const other = { ...frames, sound: async () => ({ codec: "aac", config: null, packets: [] }) };
      await writeVideo("webm", other, pictures, signal);
      expect(notes).toEqual(["clip: the sound (aac) is left out: webm does not take it"]);
    });
  });

  it("is the same bytes whenever it is written, with no clock in it", async () => {
    await keepAlive(async () => {
      const pictures = { frames: [0, 1], render: async () => image };
      const first = Buffer.from((await writeVideo("mp4", frames, pictures, signal)).content);
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 86_400_000 });
      try {
        const second = Buffer.from((await writeVideo("mp4", frames, pictures, signal)).content);
        expect(second.equals(first)).toBe(true);
      } finally {
        vi.useRealTimers();
      }
    });
  });

  it.each(["mp4", "webm"] as const)(
    "of frames that no codec takes is refused before any work: %s",
    async (kind) => {
      await expect(checkWritable(kind, [1, 1])).rejects.toThrow(
        /at least 2 x 2, got 1 x 1; choose --format gif/,
      );
      await expect(checkWritable(kind, [1, 640])).rejects.toThrow(UnsupportedError);
      expect(await checkWritable(kind, [49, 65])).toMatchObject({ width: 64, height: 48 });
    },
  );
});

it("a written GIF shows each picture for its own time", async () => {
  const times = [0, 0.05, 0.3, 0.4, 1.4];
  const video = { ...frames, timeOf: (index: number) => times[index] ?? 0 };
  const shades = [10, 90, 170, 250];
  const pictures = {
    frames: [0, 1, 2, 3],
    render: async (frame: number) => ({
      ...image,
      data: new Uint8Array(image.data.length).fill(shades[frame] ?? 0),
    }),
  };
  const { content } = await writeGif(video, pictures, signal);
  const path = join(makeFolder(), "clip.gif");
  writeFileSync(path, content);
  const again = await openFrames(path, runtime, signal);
  expect([0, 1, 2, 3, 4].map((frame) => Math.round(1000 * again.timeOf(frame)))).toEqual([
    0, 50, 300, 400, 1400,
  ]);
});
