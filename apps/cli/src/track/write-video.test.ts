import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RgbImage } from "@sam2js/core";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { ALL_FORMATS, FilePathSource, Input } from "mediabunny";
import { afterAll, describe, expect, it } from "vitest";
import { makeFolder } from "../__fixtures__/run-cli.js";
import type { TrackFrames } from "./frames.js";
import { keepAlive } from "./keep-alive.js";
import { hasCodecs } from "./load-codecs.js";
import { openFrames } from "./open-frames.js";
import { writeVideo } from "./write-video.js";

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
});
