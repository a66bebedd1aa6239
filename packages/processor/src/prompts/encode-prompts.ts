import { checkList, checkOptions, InputError, POINT_LABEL, ShapeError, Tensor } from "@sam2js/core";
import { BOXES, LABELS, POINTS } from "./forms.js";
import { MAX_PROMPT_VALUES, type Nested3, type Nested4, readNested, tooLarge } from "./nested.js";
import type { OriginalSize } from "./original-sizes.js";
import { scaleCorners, scalePoints } from "./scale-points.js";

/** Prompts in pixels of the original images. */
export interface Prompts {
  /** (x, y), nested [image, object, point, xy]; images may have different numbers of objects, objects of points. */
  readonly inputPoints?: Nested4 | null | undefined;
  /** 1 inside the object, 0 outside, nested [image, object, point] just as the points. Without, all points are inside. */
  readonly inputLabels?: Nested3 | null | undefined;
  /** (x0, y0, x1, y1), nested [image, box, 4]; every image has the same number of boxes. */
  readonly inputBoxes?: Nested3 | null | undefined;
}

/** Prompts as tensors, ragged parts padded. */
export interface EncodedPrompts {
  /** float32 [B, N, P, 2], (x, y). */
  readonly inputPoints?: Tensor<"float32">;
  /** int32 [B, N, P]. */
  readonly inputLabels?: Tensor<"int32">;
  /** float32 [B, N, 4], (x0, y0, x1, y1). */
  readonly inputBoxes?: Tensor<"float32">;
}

/** How prompts are scaled. */
export interface PromptSettings {
  /** Side of the model's square input in pixels. */
  readonly targetSize: number;
}

type PointTree = readonly (readonly (readonly (readonly number[])[])[])[];
type LabelTree = readonly (readonly (readonly number[])[])[];

/**
 * Checks, pads and scales prompts into pixels of the model's input: {@link padPrompts}, then {@link scalePoints}.
 *
 * @param originalSizes  [height, width] in pixels, one per image
 * @throws {ShapeError} wrong nesting, labels unlike points, images with different numbers of boxes, prompts for another number of images
 * @throws {InputError} a value that is no number
 */
export function encodePrompts(
  prompts: Prompts,
  originalSizes: readonly OriginalSize[],
  settings: PromptSettings,
): EncodedPrompts {
  checkOptions(settings ?? null, ["targetSize"], "encodePrompts settings");
  checkList(originalSizes, "originalSizes", "a list of [height, width], one for each image");
  const padded = padPrompts(prompts, originalSizes.length);
  const { inputPoints, inputBoxes } = padded;
  for (const [image, size] of originalSizes.entries()) {
    if (inputPoints) scalePoints(partOf(inputPoints, image), size, settings.targetSize);
    if (inputBoxes) scaleCorners(partOf(inputBoxes, image), size, settings.targetSize);
  }
  return padded;
}

/**
 * Checks and pads prompts, which stay in pixels of the original images.
 *
 * Points without labels count as positive: they get labels of 1, their padding that of labels.
 *
 * @param images  how many images the prompts must be for
 * @throws {ShapeError} wrong nesting, labels unlike points, images with different numbers of boxes, prompts for another number of images
 * @throws {InputError} a value that is no number
 */
export function padPrompts(prompts: Prompts, images: number): EncodedPrompts {
  checkOptions(prompts ?? null, ["inputPoints", "inputLabels", "inputBoxes"], "prompts");
  const points = given(prompts.inputPoints) && (readNested(prompts.inputPoints, POINTS) as PointTree);
  const labels = given(prompts.inputLabels) && (readNested(prompts.inputLabels, LABELS) as LabelTree);
  const boxes = given(prompts.inputBoxes) && (readNested(prompts.inputBoxes, BOXES) as LabelTree);
  for (const [name, tree] of [
    ["inputPoints", points],
    ["inputLabels", labels],
    ["inputBoxes", boxes],
  ] as const) {
    if (tree && tree.length !== images) {
      throw ShapeError.expected(
        name,
        `prompts for ${images} image(s), one list each`,
        tree.length,
        "give every image a list ([] for none) and one [height, width] in originalSizes",
      );
    }
  }
  if (points && labels) checkLabelsMatch(points, labels);
  const shape = points ? pointsShape(points) : labels ? pointsShape(labels) : undefined;
  return {
    ...(points && shape && { inputPoints: toPointTensor(points, shape) }),
    ...(shape && { inputLabels: toLabelTensor((labels || points) as LabelTree, !labels, shape) }),
    ...(boxes && { inputBoxes: toBoxTensor(boxes) }),
  };
}

function partOf({ data, dims }: Tensor<"float32">, image: number): Float32Array {
  const size = data.length / dims[0]!;
  return data.subarray(image * size, (image + 1) * size);
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function checkLabelsMatch(points: PointTree, labels: LabelTree): void {
  for (const [image, objects] of points.entries()) {
    const name = `inputLabels[${image}]`;
    const objectLabels = labels[image]!;
    if (objectLabels.length !== objects.length)
      throw labelMismatch(name, objects.length, objectLabels.length);
    for (const [object, list] of objects.entries()) {
      const count = objectLabels[object]!.length;
      if (count !== list.length) throw labelMismatch(`${name}[${object}]`, list.length, count);
    }
  }
}

function labelMismatch(name: string, expected: number, got: number): ShapeError {
  return ShapeError.expected(
    name,
    `${expected} entries like inputPoints at the same place`,
    got,
    "give one label per point, for example [[[1, 0]]] with [[[[500, 375], [10, 10]]]]",
  );
}

/** [objects, points]: the most that any image, any object has. */
function pointsShape(tree: readonly (readonly (readonly unknown[])[])[]): readonly [N: number, P: number] {
  let objects = 0;
  let points = 0;
  for (const image of tree) {
    objects = Math.max(objects, image.length);
    for (const object of image) points = Math.max(points, object.length);
  }
  if (tree.length * objects * points * 2 > MAX_PROMPT_VALUES) throw tooLarge(POINTS);
  return [objects, points];
}

function toPointTensor(tree: PointTree, [objects, points]: readonly [number, number]): Tensor<"float32"> {
  if (objects * points === 0) {
    throw InputError.expected(
      "inputPoints",
      "at least one point",
      "none",
      "leave inputPoints out instead, or give [[[[x, y]]]]",
    );
  }
  const out = Tensor.zeros("float32", [tree.length, objects, points, 2]);
  out.data.fill(POINT_LABEL.padding);
  for (const [image, list] of tree.entries()) {
    for (const [object, pointList] of list.entries()) {
      for (const [point, xy] of pointList.entries()) {
        out.data.set(xy, ((image * objects + object) * points + point) * 2);
      }
    }
  }
  return out;
}

function toLabelTensor(
  tree: LabelTree,
  areAllPositive: boolean,
  [objects, points]: readonly [number, number],
): Tensor<"int32"> {
  const out = Tensor.zeros("int32", [tree.length, objects, points]);
  out.data.fill(POINT_LABEL.padding);
  for (const [image, list] of tree.entries()) {
    for (const [object, labels] of list.entries()) {
      for (let point = 0; point < labels.length; point += 1) {
        out.data[(image * objects + object) * points + point] = areAllPositive ? 1 : labels[point]!;
      }
    }
  }
  return out;
}

function toBoxTensor(tree: LabelTree): Tensor<"float32"> {
  const count = tree[0]!.length;
  for (const [image, list] of tree.entries()) {
    if (list.length === count && count > 0) continue;
    throw new ShapeError(
      count === 0
        ? "inputBoxes[0]: expected at least one box, got none; leave inputBoxes out instead, or give [[[x0, y0, x1, y1]]]"
        : `inputBoxes[${image}]: expected ${count} box(es) like inputBoxes[0], got ${list.length}; boxes cannot be padded, so give every image the same number or process the images one by one`,
      { name: "inputBoxes", image, expected: count, got: list.length },
    );
  }
  const out = Tensor.zeros("float32", [tree.length, count, 4]);
  for (const [image, list] of tree.entries()) {
    for (const [box, corners] of list.entries()) out.data.set(corners, (image * count + box) * 4);
  }
  return out;
}
