import { describeValue, isPointLabel, isTensorLike, POINT_LABEL, type TensorLike } from "@sam2js/core";
import { Mask, type Rle, rleFromBitmap } from "@sam2js/masks";
import { type Nested3, type Nested4, padPrompts } from "@sam2js/processor";
import { PromptShapeError } from "../errors.js";
import { MAX_POINTS } from "../limits.js";
import type { ObjectId } from "../state/object-id.js";
import type { MaskPrompt, PointPrompt } from "../state/tracked-object.js";

/**
 * One mask that is given for an answer: run lengths, or a bitmap [height, width]. Of whole numbers anything but 0 is inside; floats must be 0
 * and 1, since only the caller knows where logits or probabilities are to be cut: `Mask.fromLogits` cuts logits.
 */
export type InputMask = Mask | Rle | TensorLike;

/** Prompts for objects on one frame, nested as in the reference: image (one), object, point. */
export interface VideoPrompts {
  /** (x, y) in pixels of the video: [[[[x, y], …], …]], one list per object. */
  readonly inputPoints?: Nested4 | null | undefined;
  /** 1 inside, 0 outside: [[[1, …], …]]. */
  readonly inputLabels?: Nested3 | null | undefined;
  /** (x0, y0, x1, y1) in pixels of the video: [[[x0, y0, x1, y1], …]], one per object. */
  readonly inputBoxes?: Nested3 | null | undefined;
  /** One per object; not together with points or boxes. */
  readonly inputMasks?: InputMask | readonly InputMask[] | null | undefined;
}

/**
 * Points and boxes of each object: corners of the box first, then points; shorter lists padded to the longest.
 *
 * @throws {ShapeError} wrong nesting  @throws {PromptShapeError} not one list per object, labels without points, too many points
 */
export function readPointPrompts(prompts: VideoPrompts, ids: readonly ObjectId[]): PointPrompt[] {
  if ((prompts.inputPoints == null) !== (prompts.inputLabels == null)) {
    const got = prompts.inputPoints == null ? "inputLabels alone" : "inputPoints alone";
    throw PromptShapeError.expected("inputPoints, inputLabels", "both or neither", got);
  }
  const given = {
    inputPoints: prompts.inputPoints,
    inputLabels: prompts.inputLabels,
    inputBoxes: prompts.inputBoxes,
  };
  const { inputPoints, inputLabels, inputBoxes } = padPrompts(given, 1);
  for (const [name, tensor] of Object.entries({ inputPoints, inputLabels, inputBoxes })) {
    if (tensor && tensor.dims[1] !== ids.length) {
      throw PromptShapeError.expected(
        name,
        `prompts for ${ids.length} object(s), as many as objectIds`,
        tensor.dims[1] ?? 0,
        "give each object a list of its own",
      );
    }
  }
  const unknown = inputLabels?.data.find((label) => !isPointLabel(label));
  if (unknown !== undefined) {
    const next = "the model knows no other label";
    throw PromptShapeError.expected("inputLabels", "1 (inside) or 0 (outside)", unknown, next);
  }
  const points = inputPoints?.dims[2] ?? 0;
  const corners = inputBoxes ? 2 : 0;
  checkCount(points + corners);
  return ids.map((_, object) => {
    const prompt = {
      kind: "points",
      points: new Float32Array(2 * (points + corners)),
      labels: new Int32Array(points + corners),
    } as const;
    if (inputBoxes) {
      prompt.points.set(inputBoxes.data.subarray(4 * object, 4 * object + 4));
      prompt.labels.set([POINT_LABEL.boxTopLeft, POINT_LABEL.boxBottomRight]);
    }
    if (inputPoints && inputLabels) {
      prompt.points.set(
        inputPoints.data.subarray(2 * points * object, 2 * points * (object + 1)),
        2 * corners,
      );
      prompt.labels.set(inputLabels.data.subarray(points * object, points * (object + 1)), corners);
    }
    return prompt;
  });
}

/** A prompt's points followed by another's. @throws {PromptShapeError} too many */
export function joinPoints(first: PointPrompt, second: PointPrompt): PointPrompt {
  checkCount(first.labels.length + second.labels.length);
  const points = new Float32Array(first.points.length + second.points.length);
  points.set(first.points);
  points.set(second.points, first.points.length);
  const labels = Int32Array.from([...first.labels, ...second.labels]);
  return { kind: "points", points, labels };
}

/** @throws {PromptShapeError} not one mask per object, or no mask */
export function readMaskPrompts(
  masks: InputMask | readonly InputMask[],
  ids: readonly ObjectId[],
): MaskPrompt[] {
  const list: readonly unknown[] = Array.isArray(masks) ? masks : [masks];
  if (list.length !== ids.length) {
    const expected = `${ids.length} mask(s), as many as objectIds`;
    throw PromptShapeError.expected("inputMasks", expected, list.length);
  }
  return list.map((mask, index) => ({ kind: "mask", mask: readMask(mask, `inputMasks[${index}]`) }));
}

function readMask(value: unknown, name: string): Rle {
  if (isTensorLike(value)) {
    const [height = 0, width = 0] = value.dims.slice(-2);
    if (
      value.dims.length >= 2 &&
      value.dims.length <= 4 &&
      height * width > 0 &&
      height * width === value.data.length
    ) {
      checkBits(value, name);
      return rleFromBitmap(value.data, width, height);
    }
    throw PromptShapeError.expected(name, "one bitmap [height, width]", value.dims);
  }
  if (typeof value !== "object" || value === null || !("counts" in value) || !("size" in value)) {
    const expected = "a Mask, run lengths { size, counts } or a bitmap tensor [height, width]";
    throw PromptShapeError.expected(name, expected, describeValue(value));
  }
  const { size, counts } = new Mask(value as Rle);
  if (size[0] * size[1] === 0) throw PromptShapeError.expected(name, "a mask with pixels", size);
  return { size, counts };
}

/** Bits of 1 in half precision. */
const FLOAT16_ONE = 0x3c00;

/** Floats may be logits or probabilities, negative numbers only logits: neither says which pixels are inside. */
function checkBits({ type, data }: TensorLike, name: string): void {
  const isFloat = type === "float32" || type === "float16";
  const one = type === "float16" ? FLOAT16_ONE : 1;
  const isWrong = (value: number) => (isFloat ? value !== 0 && value !== one : value < 0);
  const other = (data as Float32Array).find(isWrong);
  if (other === undefined) return;
  const next = "make a mask of logits by Mask.fromLogits, of probabilities by comparing with 0.5";
  const expected = isFloat ? "a float mask of 0 and 1" : "a mask of 0 and numbers above it";
  throw PromptShapeError.expected(name, expected, other, next);
}

function checkCount(count: number): void {
  if (count > MAX_POINTS) {
    const expected = `at most ${MAX_POINTS} points per object and frame (a box counts two)`;
    throw PromptShapeError.expected("inputPoints", expected, count);
  }
}
