import { untilStalled } from "@sam2js/media";
import { StalledVideoError } from "../../domain/video-error.js";
import type { Clip, ClipFrame } from "./clip.js";

/** A decoder that gives nothing for so long will not come back: the largest frames take a second, and it may pass a few hundred to reach one. */
const STALLED_MS = 30_000;

/**
 * A clip that does not wait for ever for a decoder or a demuxer which hangs.
 *
 * @param open  calls `alive` whenever it got on  @param stalledMs  patience with opening and with each frame
 * @throws {StalledVideoError} opening makes no progress; frames of the clip throw the same
 */
export async function watchedClip(
  name: string,
  open: (alive: () => void) => Promise<Clip>,
  stalledMs = STALLED_MS,
): Promise<Clip> {
  const watch = { stalledMs, onStalled: () => new StalledVideoError(name) };
  const clip = await untilStalled(open, watch);
  async function* frames(from: number): AsyncGenerator<ClipFrame, void, undefined> {
    const inner = clip.frames(from);
    let hasStalled = false;
    try {
      for (;;) {
        const { value, done } = await untilStalled(() => inner.next(), {
          stalledMs,
          onStalled: () => {
            hasStalled = true;
            return watch.onStalled();
          },
        });
        if (done || !value) return;
        yield { index: value.index, pixels: (spare) => untilStalled(() => value.pixels(spare), watch) };
      }
    } finally {
      const end = inner.return(undefined);
      // One that hangs does not end either.
      if (hasStalled) end.catch(() => undefined);
      else await end;
    }
  }
  const { sound } = clip;
  return { ...clip, frames, ...(sound && { sound: () => untilStalled(() => sound(), watch) }) };
}
