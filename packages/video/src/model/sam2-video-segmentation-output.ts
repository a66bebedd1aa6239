import { checkOptions, InputError, Tensor } from "@sam2js/core";
import { cleanLogits, Mask } from "@sam2js/masks";
import type { FrameSize } from "../session/session-frames.js";
import type { ObjectId } from "../state/object-id.js";

/** How logits become masks of the video's size. */
export interface ToMasksOptions {
  /** [height, width] in pixels. Default: the size of the video. */
  readonly size?: FrameSize | undefined;
  /** A logit above it is inside. Default 0. */
  readonly maskThreshold?: number | undefined;
  /** Holes of at most so many low-resolution pixels, 8-connected, are filled. Default 0. */
  readonly maxHoleArea?: number | undefined;
  /** Islands of at most so many low-resolution pixels, 8-connected, are removed. Default 0. */
  readonly maxSprinkleArea?: number | undefined;
}

const TO_MASKS_OPTIONS: readonly (keyof ToMasksOptions)[] = [
  "size",
  "maskThreshold",
  "maxHoleArea",
  "maxSprinkleArea",
];

/** @internal One object's part of an output. */
export interface ObjectOutput {
  readonly id: ObjectId;
  /** [side, side]. */
  readonly logits: Float32Array;
  readonly score: number;
  readonly isPresent: boolean;
}

/**
 * Where the objects are on one frame.
 *
 * @see `Sam2VideoSegmentationOutput` of Hugging Face transformers
 */
export class Sam2VideoSegmentationOutput {
  /** From 0: of the video, or of the stream with dropped frames counted. */
  readonly frameIndex: number;
  /** P ids, in the order of their first prompts. */
  readonly objectIds: readonly ObjectId[];
  /** float32 [P, 1, 4h, 4w] logits; −1024 where an object is hidden. */
  readonly predMasks: Tensor<"float32">;
  /** float32 [P]: above 0 the object is seen. */
  readonly objectScoreLogits: Tensor<"float32">;
  /** For each object, whether it has begun: false until a step used its first prompt. */
  readonly present: readonly boolean[];
  readonly #size: FrameSize | undefined;
  /** Of the video's size, as they are without options. */
  #masks: readonly Mask[] | undefined;

  /** @internal */
  constructor(
    frameIndex: number,
    objects: readonly ObjectOutput[],
    side: number,
    size: FrameSize | undefined,
  ) {
    this.frameIndex = frameIndex;
    this.objectIds = objects.map(({ id }) => id);
    this.present = objects.map(({ isPresent }) => isPresent);
    const logits = new Float32Array(objects.length * side * side);
    for (const [index, object] of objects.entries()) logits.set(object.logits, index * side * side);
    this.predMasks = new Tensor("float32", logits, [objects.length, 1, side, side]);
    const scores = Float32Array.from(objects, ({ score }) => score);
    this.objectScoreLogits = new Tensor("float32", scores, [objects.length]);
    this.#size = size;
  }

  /**
   * The masks as run lengths in the size of the video, one per object. Their `objectScore` is the sigmoid of the object's score logit: above 0.5 it is
   * seen. Without options they are traced once, of the logits as they were then.
   *
   * @throws {InputError} the size is not known: pixels were given instead of images
   */
  toMasks(options?: ToMasksOptions): Mask[] {
    checkOptions(options, TO_MASKS_OPTIONS, "toMasks");
    if (options) return this.#trace(options);
    this.#masks ??= this.#trace({});
    return [...this.#masks];
  }

  #trace({ size = this.#size, maskThreshold = 0, ...clean }: ToMasksOptions): Mask[] {
    if (!size) {
      throw InputError.expected(
        "toMasks",
        "a size [height, width], since frames were given as tensors",
        "none",
      );
    }
    const [, , height = 0, width = 0] = this.predMasks.dims;
    return this.objectIds.map((_, index) => {
      const data = this.predMasks.data.slice(index * height * width, (index + 1) * height * width);
      cleanLogits(data, width, height, { maskThreshold, ...clean });
      return Mask.fromLogits(new Tensor("float32", data, [height, width]), size, {
        maskThreshold,
        objectScore: sigmoid(this.objectScoreLogits.data[index]!),
      });
    });
  }
}

/** From a logit to 0 to 1. */
function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
