import type { PhotoInput } from "../services/engine.js";
import type { SegmenterPrompts } from "./segmenter.js";

const [WIDTH, HEIGHT] = [1200, 800];
/** Models that encode a photo of this side in a moment rehearse before there is one; with others it would be in the way. */
const MAX_EAGER_SIDE = 256;

export function isEager(imageSize: number): boolean {
  return imageSize <= MAX_EAGER_SIDE;
}

/** A disc on a plain ground, to rehearse with. */
export async function rehearsalPhoto(): Promise<PhotoInput> {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext("2d");
  if (context) {
    context.fillStyle = "#789";
    context.fillRect(0, 0, WIDTH, HEIGHT);
    context.fillStyle = "#c52";
    context.arc(WIDTH / 2, HEIGHT / 2, HEIGHT / 4, 0, 2 * Math.PI);
    context.fill();
  }
  return {
    id: "rehearsal",
    name: "rehearsal",
    blob: await canvas.convertToBlob(),
    width: WIDTH,
    height: HEIGHT,
  };
}

/**
 * One prompt of each kind that people begin with, so that the first true one finds every graph loaded and all code compiled.
 *
 * @param decode  answers as for a person, and gives the logits of a mask
 * @param signal  ends the rehearsal between two prompts: somebody asks in earnest
 */
export async function rehearse(
  { width, height }: PhotoInput,
  decode: (prompts: SegmenterPrompts) => Promise<Float32Array | undefined>,
  signal: AbortSignal,
): Promise<void> {
  const include = { id: "include", x: width / 2, y: height / 2, isInclude: true };
  const exclude = { id: "exclude", x: width / 8, y: height / 8, isInclude: false };
  const box = { x0: width / 4, y0: height / 4, x1: (3 * width) / 4, y1: (3 * height) / 4 };
  let mask: Float32Array | undefined;
  for (let turn = 0; turn < 2; turn++) {
    if (signal.aborted) return;
    mask = await decode({ points: [include], box: null, mask: undefined, isMultimask: true });
    if (signal.aborted) return;
    await decode({ points: [include, exclude], box: null, mask, isMultimask: false });
    if (signal.aborted) return;
    await decode({ points: [], box, mask: undefined, isMultimask: false });
  }
}
