import {
  checkMembers,
  checkOptions,
  checkSize,
  checkTensor,
  describeValue,
  InputError,
  ShapeError,
  type Tensor,
  type TensorLike,
} from "@sam2js/core";
import { checkRle } from "./check-rle.js";
import { traceMask } from "./mask-tracer.js";
import { rleArea, rleBox, rleFromBitmap, rleToBitmap } from "./rle.js";
import { type CompressedRle, compressRle, decompressRle } from "./rle-string.js";
import type { MaskBox, Rle } from "./run-lengths.js";

/** What is known about a mask beside its pixels. */
export interface MaskFacts {
  /** The model's own estimate of the mask's IoU with the object, about 0 to 1. */
  readonly score?: number | undefined;
  /** How sure the model is that the object is seen at all, 0 to 1: of masks of videos. */
  readonly objectScore?: number | undefined;
  /** Area above a raised threshold over area above a lowered one, 0 to 1. */
  readonly stability?: number | undefined;
  /** The part of the image that it was found in: [x0, y0, x1, y1] in pixels, x1 and y1 exclusive. */
  readonly crop?: readonly [number, number, number, number] | undefined;
  /** The click that it was found with: (x, y) in pixels of the image. */
  readonly point?: readonly [number, number] | undefined;
}

/** A mask as plain JSON. */
export interface MaskJson extends CompressedRle, MaskFacts {}

/**
 * A mask of an image as run lengths, with what is known about it. It is an {@link Rle} itself, so it goes wherever one is taken.
 *
 * @throws {InputError} the run lengths do not fill the size
 */
export class Mask implements Rle, MaskFacts {
  /** [height, width] of the image in pixels. */
  readonly size: readonly [number, number];
  /** Run lengths column by column, pixels outside first. */
  readonly counts: Uint32Array;
  readonly score: number | undefined;
  readonly objectScore: number | undefined;
  readonly stability: number | undefined;
  readonly crop: readonly [number, number, number, number] | undefined;
  readonly point: readonly [number, number] | undefined;
  #area: number | undefined;
  #box: MaskBox | undefined;

  constructor(rle: Rle, facts: MaskFacts = {}) {
    checkRle(rle);
    checkMembers(facts, "facts", "an object with what is known of the mask");
    this.size = [rle.size[0], rle.size[1]];
    this.counts = rle.counts instanceof Uint32Array ? rle.counts : Uint32Array.from(rle.counts);
    this.score = facts.score;
    this.objectScore = facts.objectScore;
    this.stability = facts.stability;
    this.crop = facts.crop;
    this.point = facts.point;
  }

  /**
   * From a bitmap.
   *
   * @param bitmap  uint8 [height, width], anything but 0 is inside
   * @throws {ShapeError} it has not two axes
   */
  static fromBitmap(bitmap: TensorLike<"uint8">, facts?: MaskFacts): Mask {
    const [height, width] = twoAxes(bitmap, "bitmap");
    return new Mask(rleFromBitmap(bitmap.data, width, height), facts);
  }

  /**
   * From a decoder's logits, without bringing them to the size of the image.
   *
   * @param logits  float32 [h, w]
   * @param size    [height, width] of the image in pixels
   * @throws {ShapeError} the logits have not two axes
   * @throws {InputError} a logit is not finite
   */
  static fromLogits(
    logits: TensorLike<"float32">,
    size: readonly [number, number],
    options: MaskFacts & { readonly maskThreshold?: number | undefined } = {},
  ): Mask {
    checkOptions(
      options,
      ["maskThreshold", "score", "objectScore", "stability", "crop", "point"],
      "Mask.fromLogits options",
    );
    const { maskThreshold = 0, ...facts } = options;
    const from = twoAxes(logits, "logits");
    checkSize(size);
    return new Mask(traceMask(logits.data, from, size, maskThreshold), facts);
  }

  /** From what {@link toJSON} made. @throws {InputError} it is no mask */
  static fromJSON(json: MaskJson): Mask {
    if (typeof json?.counts !== "string" || !Array.isArray(json.size)) {
      throw InputError.expected("mask", "size and counts as Mask.toJSON writes them", describeValue(json));
    }
    return new Mask(decompressRle(json), json);
  }

  /** Pixels inside. */
  get area(): number {
    this.#area ??= rleArea(this);
    return this.#area;
  }

  /** [x0, y0, x1, y1] in pixels of the image; x1 and y1 are the last pixels inside. All 0 for an empty mask; the corner of its crop, if it has one. */
  get box(): MaskBox {
    const [left, top] = this.crop ?? [0, 0];
    this.#box ??= this.area === 0 ? [left, top, left, top] : rleBox(this);
    return this.#box;
  }

  /** uint8 [height, width], 1 inside, 0 outside: a new array with every call. */
  toBitmap(): Tensor<"uint8"> {
    return rleToBitmap(this);
  }

  /** The same facts with other pixels. */
  withRle(rle: Rle): Mask {
    return new Mask(rle, this);
  }

  /** Plain data for `JSON.stringify`, with the run lengths as COCO's compressed string. */
  toJSON(): MaskJson {
    const { score, objectScore, stability, crop, point } = this;
    return {
      ...compressRle(this),
      ...(score !== undefined && { score }),
      ...(objectScore !== undefined && { objectScore }),
      ...(stability !== undefined && { stability }),
      ...(crop && { crop }),
      ...(point && { point }),
    };
  }
}

function twoAxes(tensor: TensorLike, name: string): readonly [number, number] {
  checkTensor(tensor, name);
  const { dims } = tensor;
  const [height, width] = dims;
  if (dims.length !== 2 || height === undefined || width === undefined) {
    throw ShapeError.expected(name, "one mask [height, width]", dims, "take one at a time");
  }
  return [height, width];
}
