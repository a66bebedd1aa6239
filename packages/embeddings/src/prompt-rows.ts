import {
  checkTensor,
  describeValue,
  InputError,
  isPointLabel,
  isTensorLike,
  POINT_LABEL,
  ShapeError,
  type TensorLike,
} from "@sam2js/core";
import type { PromptEmbeddingInputs } from "./prompt-inputs.js";

/** The prompts of one image, one row per object, as the mask decoder takes them. */
export interface PromptRows {
  /** Objects of the image, N. */
  readonly count: number;
  /** Prompt tokens per object, T: points, box corners, and the token that ends them. */
  readonly tokens: number;
  /** [N, T, 2], x before y, in pixels of the model's input. */
  readonly points: Float32Array;
  /** [N, T]: 1 inside, 0 outside, 2 and 3 box corners, -1 no point, -10 padding. */
  readonly labels: Int32Array;
}

/** Prompts that become tokens. */
export type PromptInputs = Pick<PromptEmbeddingInputs, "inputPoints" | "inputLabels" | "inputBoxes">;

/**
 * Lays the prompts of a batch out in rows, image by image: points, then the two corners of a box, then a token that is no point. Without any
 * prompt an image has one object with one such token more.
 *
 * @param inputs  `inputPoints` [B, N, P, 2] and `inputBoxes` [B, N, 4] (x0, y0, x1, y1) in pixels of the model's input, `inputLabels` [B, N, P]
 *   (all 1 when missing)
 * @param images  B, as the images say; as the prompts do where there are none
 * @throws {ShapeError} another shape, or shapes that do not agree
 * @throws {InputError} labels without points, a label that is none of 1, 0, 2, 3, -1, -10, a coordinate that is no finite number
 * @see `Sam2Model.forward` and `Sam2PromptEncoder.forward` of the reference
 */
export function promptRows(inputs: PromptInputs, images?: number): PromptRows[] {
  const points = checked("inputPoints", inputs.inputPoints, 4, "[B, N, P, 2]", 2);
  const boxes = checked("inputBoxes", inputs.inputBoxes, 3, "[B, N, 4]", 4);
  const labels = checked("inputLabels", inputs.inputLabels, 3, "[B, N, P]");
  if (labels && !points) {
    throw new InputError("inputLabels: given without inputPoints; add the points that they belong to", {
      name: "inputLabels",
    });
  }
  if (labels && points && labels.dims.some((size, axis) => size !== points.dims[axis])) {
    throw new ShapeError(
      `inputLabels: expected one label per point, [${points.dims.slice(0, 3).join(", ")}], got [${labels.dims.join(", ")}]`,
      { name: "inputLabels", expected: points.dims.slice(0, 3), got: labels.dims },
    );
  }
  if (points && boxes && points.dims[1] !== boxes.dims[1]) {
    throw new ShapeError(
      `inputBoxes: expected as many boxes as inputPoints has objects (${points.dims[1]}), got ${boxes.dims[1]}; give one box per object`,
      { name: "inputBoxes", expected: points.dims[1], got: boxes.dims[1] },
    );
  }
  const batchSize = images ?? (points ?? boxes)?.dims[0] ?? 1;
  for (const [name, tensor] of Object.entries({ inputPoints: points, inputBoxes: boxes })) {
    if (tensor && tensor.dims[0] !== batchSize) {
      throw new ShapeError(
        `${name}: expected prompts for ${batchSize} image(s), got ${tensor.dims[0]}; the first axis is the image`,
        { name, expected: batchSize, got: tensor.dims[0] },
      );
    }
  }
  if (!points && !boxes) return Array.from({ length: batchSize }, emptyPrompt);
  const count = (points ?? boxes)?.dims[1] ?? 0;
  const perObject = points?.dims[2] ?? 0;
  return Array.from({ length: batchSize }, (_, image) =>
    rowsOfImage(image, count, perObject, points?.data, labels?.data, boxes?.data),
  );
}

/** No prompt: an empty point, and the token that ends the list. */
function emptyPrompt(): PromptRows {
  return {
    count: 1,
    tokens: 2,
    points: new Float32Array(4),
    labels: new Int32Array([POINT_LABEL.none, POINT_LABEL.none]),
  };
}

function rowsOfImage(
  image: number,
  count: number,
  perObject: number,
  points: ArrayLike<number> | undefined,
  labels: ArrayLike<number> | undefined,
  boxes: ArrayLike<number> | undefined,
): PromptRows {
  const tokens = perObject + (boxes ? 3 : 1);
  const rowPoints = new Float32Array(count * tokens * 2);
  const rowLabels = new Int32Array(count * tokens).fill(POINT_LABEL.none);
  for (let object = 0; object < count; object++) {
    const source = image * count + object;
    let at = object * tokens;
    for (let point = 0; point < perObject; point++, at++) {
      const from = source * perObject + point;
      rowPoints[2 * at] = coordinate("inputPoints", points?.[2 * from]);
      rowPoints[2 * at + 1] = coordinate("inputPoints", points?.[2 * from + 1]);
      rowLabels[at] = pointLabel(labels?.[from] ?? 1);
    }
    if (!boxes) continue;
    for (let corner = 0; corner < 2; corner++, at++) {
      rowPoints[2 * at] = coordinate("inputBoxes", boxes[4 * source + 2 * corner]);
      rowPoints[2 * at + 1] = coordinate("inputBoxes", boxes[4 * source + 2 * corner + 1]);
      rowLabels[at] = corner === 0 ? POINT_LABEL.boxTopLeft : POINT_LABEL.boxBottomRight;
    }
  }
  return { count, tokens, points: rowPoints, labels: rowLabels };
}

function coordinate(name: string, value = Number.NaN): number {
  if (Number.isFinite(value)) return value;
  throw InputError.expected(name, "finite coordinates", value, "check the prompt's numbers");
}

function pointLabel(value: number): number {
  if (isPointLabel(value)) return value;
  const expected = "1 (inside), 0 (outside), 2 and 3 (box corners), -1 (no point) or -10 (padding)";
  throw InputError.expected("inputLabels", expected, value);
}

function checked(
  name: string,
  value: TensorLike | undefined,
  rank: number,
  shape: string,
  lastAxis?: number,
): TensorLike | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isTensorLike(value)) {
    const expected = `a tensor { type, dims, data } of shape ${shape}`;
    throw InputError.expected(
      name,
      expected,
      describeValue(value),
      "processor.process() makes one from nested arrays",
    );
  }
  checkTensor(value, name);
  if (value.dims.length !== rank || (lastAxis !== undefined && value.dims.at(-1) !== lastAxis)) {
    throw ShapeError.expected(name, shape, value.dims);
  }
  return value;
}
