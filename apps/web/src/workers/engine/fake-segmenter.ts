import type { RgbImage } from "@sam2js/core";
import { rgbFromPixels } from "@sam2js/core";
import { Mask } from "@sam2js/masks";
import type { ModelChoice, ModelInfo, PhotoInput } from "../../protocol/engine.js";
import type { StepAnswer, StepRequest } from "../../protocol/video-engine.js";
import { fakeStep } from "./fake-step.js";
import type { Segmenter, SegmenterAnswer, SegmenterPrompts } from "./segmenter.js";

const SIDE = 64;
/** Radii of the three readings of one click, in cells. */
const RADII = [5, 9, 14];

/** Discs around points and what lies in boxes: the app's whole way from click to mask, without a model. For tests. */
export class FakeSegmenter implements Segmenter {
  readonly info: ModelInfo;
  /** Another model gives smaller discs. */
  readonly #radii: readonly number[];

  constructor(choice: ModelChoice) {
    const name = choice.kind === "hub" ? choice.id : "fake";
    this.info = {
      name,
      device: "fake",
      threads: 1,
      imageSize: 4 * SIDE,
      draftSize: 2 * SIDE,
      encodes: "here",
    };
    this.#radii = choice.kind === "hub" ? RADII.map((radius) => radius - 2) : RADII;
  }

  async encode(): Promise<void> {}

  async decode(photo: PhotoInput, prompts: SegmenterPrompts): Promise<SegmenterAnswer> {
    const radii = prompts.isMultimask ? this.#radii : this.#radii.slice(1, 2);
    const side = prompts.isDraft ? SIDE / 2 : SIDE;
    const scores = prompts.isMultimask ? [0.81, 0.92, 0.88] : [0.95];
    return {
      logits: radii.map((radius) => discs(photo, prompts, radius, side)),
      size: [side, side],
      scores: scores.slice(0, radii.length),
    };
  }

  async *everything(
    photo: PhotoInput,
    pointsPerSide: number,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): AsyncGenerator<Mask> {
    const total = pointsPerSide ** 2;
    for (let row = 0; row < 4; row++) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      signal.throwIfAborted();
      for (let column = 0; column < 4; column++) {
        const point = {
          id: "",
          x: ((column + 0.5) / 4) * photo.width,
          y: ((row + 0.5) / 4) * photo.height,
          isInclude: true,
        };
        const logits = discs(photo, { points: [point], box: null }, 4);
        yield Mask.fromLogits(
          { type: "float32", dims: [SIDE, SIDE], data: logits },
          [photo.height, photo.width],
          { score: 0.85 + 0.01 * (4 * row + column) },
        );
      }
      onProgress(Math.round((total * (row + 1)) / 4), total);
    }
  }

  async track(request: StepRequest, signal: AbortSignal): Promise<StepAnswer> {
    await new Promise((resolve) => setTimeout(resolve, 10));
    signal.throwIfAborted();
    return fakeStep(request, discs);
  }

  async decodeImage(blob: Blob): Promise<RgbImage> {
    const bitmap = await createImageBitmap(blob);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    const { data } = context?.getImageData(0, 0, bitmap.width, bitmap.height) ?? {
      data: new Uint8ClampedArray(),
    };
    return rgbFromPixels({ data, width: bitmap.width, height: bitmap.height, channels: 4 });
  }

  async dispose(): Promise<void> {}
}

function discs(
  { width, height }: Pick<PhotoInput, "width" | "height">,
  { points, box }: Pick<SegmenterPrompts, "points" | "box">,
  radius: number,
  side = SIDE,
): Float32Array {
  const logits = new Float32Array(side * side).fill(-8);
  const unit = Math.min(width, height) / SIDE;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const x = ((column + 0.5) / side) * width;
      const y = ((row + 0.5) / side) * height;
      let value = -8;
      if (box) {
        value = Math.min(x - box.x0, box.x1 - x, y - box.y0, box.y1 - y) / unit;
      }
      for (const point of points) {
        const inside = radius - Math.hypot(x - point.x, y - point.y) / unit;
        value = point.isInclude ? Math.max(value, inside) : Math.min(value, -inside);
      }
      logits[row * side + column] = Math.max(-8, Math.min(8, value));
    }
  }
  return logits;
}
