import { FrameReader } from "@sam2js/media";
import { describe, expect, it } from "vitest";
import { StalledVideoError } from "../../domain/video-error.js";
import type { Clip, ClipFrame } from "./clip.js";
import { watchedClip } from "./watched-clip.js";

const PATIENCE_MS = 40;
const never = () => new Promise<never>(() => undefined);

/** Ten frames, of which one never comes. */
function clipThatStallsAt(stalled: number): Clip {
  return {
    name: "broken.mp4",
    width: 2,
    height: 2,
    times: Float64Array.from({ length: 10 }, (_, i) => i / 10),
    duration: 1,
    async *frames(from): AsyncGenerator<ClipFrame, void, undefined> {
      for (let index = from; index < 10; index++) {
        if (index === stalled) await never();
        yield { index, pixels: async () => ({ width: 2, height: 2 }) as ImageData };
      }
    },
    dispose: () => undefined,
  };
}

describe("a video that makes its reader hang", () => {
  it("is given up while it is opened", async () => {
    const error = await watchedClip("broken.mp4", never, PATIENCE_MS).catch((reason) => reason);
    expect(StalledVideoError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: "VIDEO_STALLED", facts: { name: "broken.mp4" } });
  });

  it("gives the frames before that, then an error, and other frames after it", async () => {
    const reader = new FrameReader(
      await watchedClip("broken.mp4", async () => clipThatStallsAt(4), PATIENCE_MS),
    );
    expect(await reader.get(3)).toMatchObject({ width: 2 });
    await expect(reader.get(4)).rejects.toMatchObject({ code: "VIDEO_STALLED" });
    // Once more the same, not "cut off"; and what lies behind it is there.
    await expect(reader.get(4)).rejects.toMatchObject({ code: "VIDEO_STALLED" });
    expect(await reader.get(5)).toMatchObject({ width: 2 });
    await reader.dispose();
  });

  it("is given up where pixels never come", async () => {
    const clip = clipThatStallsAt(-1);
    const frames = async function* (): AsyncGenerator<ClipFrame, void, undefined> {
      yield { index: 0, pixels: never };
    };
    const watched = await watchedClip("broken.mp4", async () => ({ ...clip, frames }), PATIENCE_MS);
    for await (const frame of watched.frames(0)) {
      await expect(frame.pixels()).rejects.toMatchObject({ code: "VIDEO_STALLED" });
    }
  });
});
