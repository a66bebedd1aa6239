import { describeValue, InputError, Tensor } from "@sam2js/core";
import { checkBitmap } from "./connected-components.js";
import { paintRle } from "./paint-rle.js";
import { RleBuilder } from "./rle-builder.js";
import type { MaskBox, Rle } from "./run-lengths.js";

/** Positions in a mask must fit 31 bits, as in the tools that read COCO files. */
const MAX_PIXELS = 2 ** 31 - 1;

/**
 * Checks an RLE that came from outside.
 *
 * @throws {InputError} it is no RLE, size or counts are not whole numbers >= 0, or the counts do not add up to the size
 */
export function checkRle(rle: Rle, name = "rle"): void {
  const isList = (value: unknown) => Array.isArray(value) || ArrayBuffer.isView(value);
  if (!isList(rle?.size) || !isList(rle.counts)) {
    const next = typeof rle?.counts === "string" ? "read COCO's text by decompressRle" : undefined;
    throw InputError.expected(name, "{ size: [height, width], counts: […] }", describeValue(rle), next);
  }
  const [height, width] = rle.size;
  if (!isCount(height) || !isCount(width) || height * width > MAX_PIXELS) {
    throw InputError.expected(
      name,
      `a size of [height, width] in whole pixels, at most ${MAX_PIXELS} in all`,
      `[${rle.size}]`,
    );
  }
  let sum = 0;
  for (let i = 0; i < rle.counts.length; i++) {
    const count = rle.counts[i]!;
    if (!isCount(count)) {
      throw InputError.expected(name, "counts of whole numbers >= 0", `${count} at ${i}`);
    }
    sum += count;
  }
  if (sum !== height * width) {
    throw InputError.expected(
      name,
      `counts that add up to ${height} x ${width} = ${height * width} pixels`,
      sum,
      "size is [height, width]",
    );
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

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
  const [height, width] = rle.size;
  const bits = new Uint8Array(height * width);
  paintRle(rle, bits);
  return new Tensor("uint8", bits, [height, width]);
}

/** Pixels inside. */
export function rleArea({ counts }: Rle): number {
  let area = 0;
  for (let i = 1; i < counts.length; i += 2) area += counts[i]!;
  return area;
}

/** The smallest box around the pixels inside. */
export function rleBox({ size: [height], counts }: Rle): MaskBox {
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
