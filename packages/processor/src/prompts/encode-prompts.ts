import { checkOptions, InputError, POINT_LABEL, pointScale, ShapeError, Tensor } from "@sam2js/core";
import { BOXES, LABELS, POINTS } from "./forms.js";
import { MAX_PROMPT_VALUES, type Nested3, type Nested4, readNested, tooLarge } from "./nested.js";
import type { OriginalSize } from "./original-sizes.js";

/** Prompts in pixels of the original images. */
export interface Prompts {
  /** (x, y), nested [image, object, point, xy]; images may have different numbers of objects, objects of points. */
  readonly inputPoints?: Nested4 | null | undefined;
  /** 1 inside the object, 0 outside, nested [image, object, point] just as the points. Without, all points are inside. */
  readonly inputLabels?: Nested3 | null | undefined;
  /** (x0, y0, x1, y1), nested [image, box, 4]; every image has the same number of boxes. */
  readonly inputBoxes?: Nested3 | null | undefined;
}

/** Prompts in pixels of the model's input, ragged parts padded. */
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
 * Checks, pads and scales prompts: x · targetSize / width, y · targetSize / height. A point with -10 as x or y is taken for padding and not
 * scaled, as in the reference.
 *
 * Points without labels count as positive: they get labels of 1, their padding that of labels.
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
  checkOptions(prompts, ["inputPoints", "inputLabels", "inputBoxes"], "encodePrompts prompts");
  checkOptions(settings, ["targetSize"], "encodePrompts settings");
  const points = given(prompts.inputPoints) && (readNested(prompts.inputPoints, POINTS) as PointTree);
  const labels = given(prompts.inputLabels) && (readNested(prompts.inputLabels, LABELS) as LabelTree);
  const boxes = given(prompts.inputBoxes) && (readNested(prompts.inputBoxes, BOXES) as LabelTree);
  for (const [name, tree] of [
    ["inputPoints", points],
    ["inputLabels", labels],
    ["inputBoxes", boxes],
  ] as const) {
    if (tree && tree.length !== originalSizes.length) {
      throw ShapeError.expected(
        name,
        `prompts for ${originalSizes.length} image(s), one list each`,
        tree.length,
        "give every image a list ([] for none) and one [height, width] in originalSizes",
      );
    }
  }
  if (points && labels) checkLabelsMatch(points, labels);
  const shape = points ? pointsShape(points) : labels ? pointsShape(labels) : undefined;
  return {
    ...(points && shape && { inputPoints: encodePoints(points, shape, originalSizes, settings) }),
    ...(shape && { inputLabels: encodeLabels((labels || points) as LabelTree, !labels, shape) }),
    ...(boxes && { inputBoxes: encodeBoxes(boxes, originalSizes, settings) }),
  };
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

function encodePoints(
  tree: PointTree,
  [objects, points]: readonly [number, number],
  sizes: readonly OriginalSize[],
  { targetSize }: PromptSettings,
): Tensor<"float32"> {
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
    const [scaleX, scaleY] = scales(sizes[image]!, targetSize);
    for (const [object, pointList] of list.entries()) {
      for (const [point, xy] of pointList.entries()) {
        const at = ((image * objects + object) * points + point) * 2;
        const x = Math.fround(xy[0]!);
        const y = Math.fround(xy[1]!);
        const isPadding = x === POINT_LABEL.padding || y === POINT_LABEL.padding;
        out.data[at] = isPadding ? x : x * scaleX;
        out.data[at + 1] = isPadding ? y : y * scaleY;
      }
    }
  }
  return out;
}

function encodeLabels(
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

function encodeBoxes(
  tree: LabelTree,
  sizes: readonly OriginalSize[],
  { targetSize }: PromptSettings,
): Tensor<"float32"> {
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
    const scale = scales(sizes[image]!, targetSize);
    for (const [box, corners] of list.entries()) {
      for (let i = 0; i < 4; i += 1) {
        out.data[(image * count + box) * 4 + i] = Math.fround(corners[i]!) * scale[i % 2]!;
      }
    }
  }
  return out;
}

function scales([height, width]: OriginalSize, targetSize: number): readonly [x: number, y: number] {
  return [pointScale(width, targetSize), pointScale(height, targetSize)];
}
