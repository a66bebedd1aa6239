import { Tensor } from "@sam2js/core";
import { checkRle } from "./check-rle.js";
import { checkBitmap } from "./connected-components.js";
import { paintRle } from "./paint-rle.js";
import { RleBuilder } from "./rle-builder.js";
import type { MaskBox, Rle } from "./run-lengths.js";

/**
 * Encodes a bitmap.
 *
 * @param bits  [height, width], row by row; anything but 0 is inside
 * @throws {ShapeError} `bits` has not width x height values
 */
export function rleFromBitmap(bits: ArrayLike<number>, width: number, height: number): Rle {
  checkBitmap(bits, width, height);
  const builder = new RleBuilder();
  for (let x = 0; x < width; x++) addColumn(builder, bits, x, width, height);
  return { size: [height, width], counts: builder.finish() };
}

/** {@link rleFromBitmap}, in which other work of the thread has its turn. @param breathe  see `createBreather` of core */
export async function rleFromLargeBitmap(
  breathe: () => Promise<void>,
  bits: ArrayLike<number>,
  width: number,
  height: number,
): Promise<Rle> {
  const builder = new RleBuilder();
  for (let x = 0; x < width; x++) {
    await breathe();
    addColumn(builder, bits, x, width, height);
  }
  return { size: [height, width], counts: builder.finish() };
}

function addColumn(
  builder: RleBuilder,
  bits: ArrayLike<number>,
  x: number,
  width: number,
  height: number,
): void {
  let start = 0;
  let inside = false;
  for (let y = 0, at = x; y < height; y++, at += width) {
    if ((bits[at] !== 0) === inside) continue;
    builder.add(inside, y - start);
    inside = !inside;
    start = y;
  }
  builder.add(inside, height - start);
}

/** Decodes to a uint8 tensor [height, width], 1 inside, 0 outside. */
export function rleToBitmap(rle: Rle): Tensor<"uint8"> {
  checkRle(rle);
  const [height, width] = rle.size;
  const bits = new Uint8Array(height * width);
  paintRle(rle, bits);
  return new Tensor("uint8", bits, [height, width]);
}

/** Pixels inside. */
export function rleArea(rle: Rle): number {
  checkRle(rle);
  const { counts } = rle;
  let area = 0;
  for (let i = 1; i < counts.length; i += 2) area += counts[i]!;
  return area;
}

/** The smallest box around the pixels inside. */
export function rleBox(rle: Rle): MaskBox {
  checkRle(rle);
  const {
    size: [height],
    counts,
  } = rle;
  let [x0, y0, x1, y1] = [-1, height, 0, 0];
  let position = 0;
  for (let i = 0; i < counts.length; i++) {
    const end = position + counts[i]!;
    if (i & 1 && end > position) {
      const first = Math.floor(position / height);
      const last = Math.floor((end - 1) / height);
      if (x0 < 0) x0 = first;
      x1 = last;
      if (first === last) {
        y0 = Math.min(y0, position - first * height);
        y1 = Math.max(y1, end - 1 - last * height);
      } else {
        y0 = 0;
        y1 = height - 1;
      }
    }
    position = end;
  }
  return x0 < 0 ? [0, 0, 0, 0] : [x0, y0, x1, y1];
}
