import { type CallContext, handingOver } from "../../services/rpc.js";
import type { Clip } from "../clip/clip.js";

/** Frames closer than this are decoded in one go; for others the decoder begins at a key frame anew. */
const MAX_STEP = 40;

/** Sends small pictures of the frames in the middle of `count` equal parts. */
export async function drawStrip(
  clip: Clip,
  { count, height }: { readonly count: number; readonly height: number },
  { signal, emit }: CallContext,
): Promise<void> {
  const frames = clip.times.length;
  const size: readonly [number, number] = [
    height,
    Math.max(1, Math.round((height * clip.width) / clip.height)),
  ];
  const wanted = Array.from({ length: count }, (_, at) =>
    Math.min(frames - 1, Math.floor(((at + 0.5) * frames) / count)),
  );
  const send = async (at: number, canvas: CanvasImageSource) => {
    const image = await createImageBitmap(canvas as OffscreenCanvas);
    emit(handingOver({ at, image }, [image]));
  };
  if (frames / count > MAX_STEP) {
    for (const [at, index] of wanted.entries()) {
      signal.throwIfAborted();
      for await (const { image } of clip.frames(index, size)) {
        await send(at, image);
        break;
      }
    }
    return;
  }
  let at = 0;
  for await (const { index, image } of clip.frames(0, size)) {
    signal.throwIfAborted();
    while (at < count && index >= (wanted[at] ?? 0)) await send(at++, image);
    if (at === count) return;
  }
}
