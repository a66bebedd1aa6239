import type { CallContext } from "@sam2js/runtime-ort";
import { handingOver } from "@sam2js/runtime-ort/worker";
import type { Clip } from "./clip.js";

/** Frames closer than this are decoded in one go; for others the decoder begins at a key frame anew. */
const MAX_STEP = 40;

/** Sends small pictures of the frames in the middle of `count` equal parts. */
export async function drawStrip(
  clip: Clip,
  { count, height }: { readonly count: number; readonly height: number },
  { signal, emit }: CallContext,
): Promise<void> {
  const frames = clip.times.length;
  const size = {
    resizeHeight: height,
    resizeWidth: Math.max(1, Math.round((height * clip.width) / clip.height)),
    resizeQuality: "medium",
  } as const;
  const wanted = Array.from({ length: count }, (_, at) =>
    Math.min(frames - 1, Math.floor(((at + 0.5) * frames) / count)),
  );
  const send = async (at: number, pixels: ImageData) => {
    const image = await createImageBitmap(pixels, size);
    emit(handingOver({ at, image }, [image]));
  };
  if (frames / count > MAX_STEP) {
    for (const [at, index] of wanted.entries()) {
      signal.throwIfAborted();
      for await (const frame of clip.frames(index)) {
        await send(at, await frame.pixels());
        break;
      }
    }
    return;
  }
  let at = 0;
  for await (const frame of clip.frames(0)) {
    signal.throwIfAborted();
    while (at < count && frame.index >= (wanted[at] ?? 0)) await send(at++, await frame.pixels());
    if (at === count) return;
  }
}
