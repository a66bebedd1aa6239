import sharp from "sharp";
import type { OutputFile } from "../io/write-files.js";
import type { TrackFrames } from "./frames.js";
import type { Pictures } from "./write-video.js";

/** GIFs are for showing: the longer side is at most this. */
const MAX_SIDE = 640;
/** Pictures of a GIF are held together, in bytes: about 700 of that size. */
const MAX_BYTES = 700 * MAX_SIDE * 360 * 3;

/** Viewers show pictures with shorter delays for a tenth of a second. */
const MIN_DELAY_MS = 20;

/** Writes pictures as a GIF that runs for ever; of long videos every second, third, … picture. */
export async function writeGif(
  video: TrackFrames,
  { frames, render }: Pictures,
  signal: AbortSignal,
): Promise<OutputFile> {
  const [height, width] = video.size;
  const scale = Math.min(1, MAX_SIDE / Math.max(height, width));
  const size = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const bytes = size.width * size.height * 3;
  const step = Math.ceil((frames.length * bytes) / MAX_BYTES);
  const chosen = frames.filter((_, index) => index % step === 0);
  const all = Buffer.alloc(chosen.length * bytes);
  for (const [index, frame] of chosen.entries()) {
    signal.throwIfAborted();
    const { data, width, height } = await render(frame);
    const raw = { width, height, channels: 3 } as const;
    const small = await sharp(data, { raw })
      .resize({ ...size, fit: "fill" })
      .raw()
      .toBuffer();
    all.set(small, index * bytes);
  }
  const raw = {
    width: size.width,
    height: size.height * chosen.length,
    channels: 3,
    pageHeight: size.height,
  } as const;
  // Each picture until the next one that is shown; the last as long as its frame.
  const ends = [...chosen.slice(1), (frames.at(-1) ?? 0) + 1];
  const delay = chosen.map((frame, index) => {
    const seconds = video.timeOf(ends[index] ?? frame + 1) - video.timeOf(frame);
    return Math.max(MIN_DELAY_MS, Math.round(1000 * seconds));
  });
  const content = await sharp(all, { raw }).gif({ delay, loop: 0 }).toBuffer();
  return { name: `${video.stem}.overlay.gif`, content };
}
