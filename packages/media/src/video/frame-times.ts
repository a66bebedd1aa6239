import { EncodedPacketSink, type InputVideoTrack } from "mediabunny";
import { videoError } from "./video-error.js";

/** Two time stamps nearer than this, in seconds, are those of one frame. */
export const TIME_STEP = 1e-5;
/** More frames than ten hours at 30 frames a second are a damaged table rather than a video. */
const MAX_FRAMES = 1_100_000;
/** So many packets are read between two signs of life. */
const PACKETS_PER_SIGN = 1000;
/** What the last frame of a file without durations lasts, in seconds. */
const SHORT_FRAME = 1 / 60;

/** When the frames of a file are shown. */
export interface FrameTimes {
  /** By the file's own clock, in seconds, ascending: what a decoder gives as time stamps. */
  readonly stamps: Float64Array;
  /** End of the last frame by the same clock. */
  readonly end: number;
}

/** How `readFrameTimes` tells that it goes on, and how it is given up. */
export interface ReadOptions {
  /** Aborting rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** Is called now and then while work goes on. */
  readonly onProgress?: (() => void) | undefined;
}

/**
 * Which frames a file shows, by its container alone. Frames before time 0 are not shown: the file was trimmed there (an edit list). Two packets
 * with one time stamp are one frame.
 *
 * @throws {ImageError} there are none, or more than a video has
 */
export async function readFrameTimes(
  track: InputVideoTrack,
  name: string,
  { signal, onProgress }: ReadOptions = {},
): Promise<FrameTimes> {
  const found: number[] = [];
  let end = 0;
  const options = { metadataOnly: true } as const;
  try {
    for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, options)) {
      signal?.throwIfAborted();
      found.push(packet.timestamp);
      end = Math.max(end, packet.timestamp + packet.duration);
      if (found.length % PACKETS_PER_SIGN === 0) onProgress?.();
      if (found.length > MAX_FRAMES) break;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    // A file that is cut off has the frames up to there.
    if (found.length === 0)
      throw videoError(name, "its frames cannot be found; it is damaged or cut off", cause);
  }
  if (found.length > MAX_FRAMES)
    throw videoError(name, `it has more than ${MAX_FRAMES} frames; cut it into parts`);
  const isShown = (time: number) => time >= -TIME_STEP;
  const shown = found.some(isShown) ? found.filter(isShown) : found;
  const stamps = distinct(Float64Array.from(shown).sort());
  const last = stamps.at(-1);
  if (last === undefined) throw videoError(name, "it has no frames; it is empty or cut off");
  return { stamps, end: Math.max(end, last + SHORT_FRAME) };
}

function distinct(sorted: Float64Array): Float64Array {
  return sorted.filter((time, index) => index === 0 || time - (sorted[index - 1] as number) > TIME_STEP);
}
