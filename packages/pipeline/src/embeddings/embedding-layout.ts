import { InputError, isTensorLike, ShapeError, Tensor, type TensorLike } from "@sam2js/core";

/** The embeddings of one image as mask decoders take them: channels last, sub-pixels of the finer levels side by side. */
export interface EmbeddingTensors<T = TensorLike> {
  /** [1, h·w, C]: the coarsest level, `no_memory_embedding` added. */
  readonly imageEmbed: T;
  /** [1, h·w, 4·C/4]: the level of twice its resolution, four sub-pixels per cell. */
  readonly highRes1: T;
  /** [1, h·w, 16·C/8]: the level of four times its resolution, sixteen sub-pixels per cell, nested twice. */
  readonly highRes0: T;
}

/** Reads a reference's list of three NCHW tensors, high to low resolution. */
export function checkReferenceEmbeddings(tensors: readonly TensorLike[]): {
  readonly batchSize: number;
  readonly height: number;
  readonly width: number;
} {
  const [fine, middle, coarse] = tensors;
  if (tensors.length !== 3 || !isTensorLike(fine) || !isTensorLike(middle) || !isTensorLike(coarse)) {
    throw new InputError(
      `imageEmbeddings: expected the three tensors of getImageEmbeddings, high to low resolution, got ${tensors.length} value(s)`,
    );
  }
  const [batchSize = 0, , height = 0, width = 0] = coarse.dims;
  for (const [index, tensor] of [fine, middle, coarse].entries()) {
    const scale = 4 >> index;
    const [images, , rows, columns] = tensor.dims;
    if (
      tensor.type !== "float32" ||
      tensor.dims.length !== 4 ||
      images !== batchSize ||
      rows !== height * scale ||
      columns !== width * scale
    ) {
      throw new ShapeError(
        `imageEmbeddings[${index}]: expected float32 [${batchSize}, C, ${height * scale}, ${width * scale}] (level 2 is [${coarse.dims.join(", ")}]), got ${tensor.type} [${tensor.dims.join(", ")}]`,
        { index, actual: tensor.dims },
      );
    }
  }
  return { batchSize, height, width };
}

/** Offset in channels-last order inside a cell for sub-pixel (row, column) of a level that is `scale` times as fine: nested 2 x 2. */
function subPixelIndex(row: number, column: number, scale: number): number {
  if (scale === 1) return 0;
  if (scale === 2) return 2 * row + column;
  return 4 * (2 * (row >> 1) + (column >> 1)) + 2 * (row & 1) + (column & 1);
}

/** [1, C, h·scale, w·scale] of one image of an NCHW tensor → [1, h·w, scale²·C]. */
export function toCells(tensor: TensorLike, image: number, scale: 1 | 2 | 4): Tensor<"float32"> {
  const [, channels = 0, rows = 0, columns = 0] = tensor.dims;
  const source = tensor.data as Float32Array;
  const plane = rows * columns;
  const cells = plane / (scale * scale);
  const out = new Float32Array(plane * channels);
  walk(rows, columns, channels, scale, (pixel, at) => {
    let from = image * channels * plane + pixel;
    for (let channel = 0; channel < channels; channel++, from += plane) out[at + channel] = source[from] ?? 0;
  });
  return new Tensor("float32", out, [1, cells, scale * scale * channels]);
}

/** The inverse of {@link toCells}: writes one image into an NCHW array of the batch. */
export function fromCells(
  cells: TensorLike,
  scale: 1 | 2 | 4,
  [height, width]: readonly [number, number],
  target: Float32Array,
  image: number,
): void {
  const rows = height * scale;
  const columns = width * scale;
  const channels = cells.data.length / (rows * columns);
  const source = cells.data as Float32Array;
  const plane = rows * columns;
  walk(rows, columns, channels, scale, (pixel, at) => {
    let to = image * channels * plane + pixel;
    for (let channel = 0; channel < channels; channel++, to += plane) target[to] = source[at + channel] ?? 0;
  });
}

function walk(
  rows: number,
  columns: number,
  channels: number,
  scale: number,
  visit: (pixel: number, cellOffset: number) => void,
): void {
  const cellColumns = columns / scale;
  const perCell = scale * scale * channels;
  for (let row = 0; row < rows; row++) {
    const cellRow = Math.floor(row / scale);
    for (let column = 0; column < columns; column++) {
      const cell = cellRow * cellColumns + Math.floor(column / scale);
      const inside = subPixelIndex(row % scale, column % scale, scale);
      visit(row * columns + column, cell * perCell + inside * channels);
    }
  }
}
