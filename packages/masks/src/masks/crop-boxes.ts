import { checkNumber, checkOptions, describeValue, InputError, Tensor } from "@sam2js/core";

/** How an image is divided for mask generation. */
export interface CropBoxesOptions {
  /** Side of the square that the model sees, in pixels. Default 1024. */
  readonly targetSize?: number | undefined;
  /** Layers of crops beside the whole image: layer i has 4^i. Default 0. */
  readonly cropNLayers?: number | undefined;
  /** How far crops of the first layer overlap, as a share of the image's short side; less in later layers. Default 512 / 1500. */
  readonly overlapRatio?: number | undefined;
  /** Points along each side of the grid. Default 32. */
  readonly pointsPerCrop?: number | undefined;
  /** In layer i the grid has `pointsPerCrop / factor^i` points along a side, at least one. Default 1. */
  readonly cropNPointsDownscaleFactor?: number | undefined;
  /**
   * `"image"` (default) spreads the points over the whole crop. `"transformers"` is the reference's grid, which keeps the aspect ratio
   * although the crop becomes a square: on a 16:9 image only the top 56 % of the rows get points.
   */
  readonly pointGrid?: "image" | "transformers" | undefined;
}

const OPTION_NAMES: readonly (keyof CropBoxesOptions)[] = [
  "targetSize",
  "cropNLayers",
  "overlapRatio",
  "pointsPerCrop",
  "cropNPointsDownscaleFactor",
  "pointGrid",
];

/** A part of the image with the points to prompt in it. */
export interface CropBox {
  /** [x0, y0, x1, y1] in image pixels, x1 and y1 exclusive. */
  readonly box: readonly [number, number, number, number];
  /** 0 for the whole image. */
  readonly layer: number;
  /** float32 [P, 2], (x, y) in pixels of the model's input, row by row. */
  readonly points: Tensor<"float32">;
  /** float32 [P, 2], (x, y): where in the image these points are. */
  readonly imagePoints: Tensor<"float32">;
}

/**
 * Divides an image into overlapping crops, layer by layer, and lays a grid of points over each. The order is the reference's: the
 * whole image, then column by column of each layer. Crops that would have no pixels (tiny images) are left out.
 *
 * @param imageSize  [height, width] in pixels
 * @throws {InputError} a size or count is not a whole number in its range
 * @see the reference's `generate_crop_boxes`
 */
export function generateCropBoxes(
  imageSize: readonly [number, number],
  options: CropBoxesOptions = {},
): CropBox[] {
  checkOptions(options, OPTION_NAMES, "generateCropBoxes options");
  const {
    targetSize = 1024,
    cropNLayers = 0,
    overlapRatio = 512 / 1500,
    pointsPerCrop = 32,
    cropNPointsDownscaleFactor = 1,
    pointGrid = "image",
  } = options;
  if (!Array.isArray(imageSize)) {
    throw InputError.expected("image size", "[height, width]", describeValue(imageSize));
  }
  const [height, width] = imageSize as readonly [number, number];
  checkRange("image height", height, 1);
  checkRange("image width", width, 1);
  checkRange("targetSize", targetSize, 1);
  checkRange("cropNLayers", cropNLayers, 0, MAX_LAYERS);
  checkRange("pointsPerCrop", pointsPerCrop, 1, MAX_SIDE);
  checkNumber(overlapRatio, "overlapRatio", "0 or more and less than 1");
  checkNumber(cropNPointsDownscaleFactor, "cropNPointsDownscaleFactor", "1 or more");
  if (!(overlapRatio >= 0 && overlapRatio < 1)) {
    throw InputError.expected("overlapRatio", "0 or more and less than 1", overlapRatio);
  }
  if (!(cropNPointsDownscaleFactor >= 1)) {
    throw InputError.expected("cropNPointsDownscaleFactor", "1 or more", cropNPointsDownscaleFactor);
  }
  if (pointGrid !== "image" && pointGrid !== "transformers") {
    throw InputError.expected("pointGrid", '"image" or "transformers"', describeValue(pointGrid));
  }
  const crops: CropBox[] = [];
  for (let layer = 0; layer <= cropNLayers; layer++) {
    const side = Math.max(1, Math.floor(pointsPerCrop / cropNPointsDownscaleFactor ** layer));
    const grid = unitGrid(side);
    for (const box of layerBoxes(height, width, layer, overlapRatio)) {
      crops.push({ box, layer, ...placeGrid(grid, box, targetSize, pointGrid) });
    }
  }
  return crops;
}

/** More would be over four million points a crop, weeks of work. */
const MAX_SIDE = 2048;

/** More would be over a million crops. */
const MAX_LAYERS = 9;

function checkRange(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
    throw InputError.expected(name, `a whole number ${range}`, value);
  }
}

function layerBoxes(height: number, width: number, layer: number, overlapRatio: number): CropBox["box"][] {
  if (layer === 0) return [[0, 0, width, height]];
  const perSide = 2 ** layer;
  const overlap = Math.floor(overlapRatio * Math.min(height, width) * (2 / perSide));
  const cropWidth = Math.ceil((overlap * (perSide - 1) + width) / perSide);
  const cropHeight = Math.ceil((overlap * (perSide - 1) + height) / perSide);
  const boxes: CropBox["box"][] = [];
  for (let column = 0; column < perSide; column++) {
    for (let row = 0; row < perSide; row++) {
      const left = (cropWidth - overlap) * column;
      const top = (cropHeight - overlap) * row;
      const right = Math.min(left + cropWidth, width);
      const bottom = Math.min(top + cropHeight, height);
      if (right > left && bottom > top) boxes.push([left, top, right, bottom]);
    }
  }
  return boxes;
}

/** Evenly spaced positions within 0 to 1, in float32: `i`-th of `side` cells' centres. */
function unitGrid(side: number): Float32Array {
  const offset = 1 / (2 * side);
  const start = Math.fround(offset);
  const end = Math.fround(1 - offset);
  const step = side > 1 ? Math.fround((end - start) / (side - 1)) : 0;
  // From either end, as torch.linspace does.
  return Float32Array.from({ length: side }, (_, i) =>
    i < Math.floor(side / 2) ? start + step * i : end - step * (side - 1 - i),
  );
}

function placeGrid(
  grid: Float32Array,
  [x0, y0, x1, y1]: CropBox["box"],
  targetSize: number,
  pointGrid: "image" | "transformers",
): Pick<CropBox, "points" | "imagePoints"> {
  const [width, height] = [x1 - x0, y1 - y0];
  let xs = grid.map((unit) => unit * targetSize);
  let ys = xs;
  if (pointGrid === "transformers") {
    // Every product is rounded to float32, as there.
    const scale = targetSize / Math.max(width, height);
    const scaleX = Math.fround(Math.floor(width * scale + 0.5) / width);
    const scaleY = Math.fround(Math.floor(height * scale + 0.5) / height);
    xs = grid.map((unit) => Math.fround(unit * width) * scaleX);
    ys = grid.map((unit) => Math.fround(unit * height) * scaleY);
  }
  const points = new Float32Array(2 * grid.length ** 2);
  const imagePoints = new Float32Array(points.length);
  let at = 0;
  for (const y of ys) {
    for (const x of xs) {
      points[at] = x;
      imagePoints[at++] = x0 + (x * width) / targetSize;
      points[at] = y;
      imagePoints[at++] = y0 + (y * height) / targetSize;
    }
  }
  const dims = [grid.length ** 2, 2];
  return {
    points: new Tensor("float32", points, dims),
    imagePoints: new Tensor("float32", imagePoints, dims),
  };
}
