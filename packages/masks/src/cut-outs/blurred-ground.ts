import type { Rle } from "../masks/run-lengths.js";
import { type Plane, tentSums } from "./box-sums.js";
import type { Photo } from "./photo.js";
import type { Region } from "./region.js";
import { bitsAround } from "./soft-edge.js";

/** Pixels outside the object count so much more than those inside: it must not shine through beside itself. */
const OUTSIDE = 256;
/** Cells of a blur's grid along its radius: so many that nobody sees them. */
const CELLS = 8;

/**
 * What is behind an object, blurred: the image without the object, each pixel weighed with its neighbours by a tent. Wide tents weigh the means of
 * square cells and fill in between, which the eye cannot tell apart and which takes as long as a narrow one.
 *
 * @param mask    the object
 * @param radius  of the tent in whole pixels >= 1
 * @returns       RGB of the region, row by row
 */
export function blurredGround(photo: Photo, mask: Rle, region: Region, radius: number): Uint8Array {
  const side = Math.max(1, Math.floor(radius / CELLS));
  // A tent of this reach is 0 one step beyond it.
  const reach = Math.round((radius + 1) / side) - 1;
  const [left, top, right, bottom] = region;
  // One cell more on each side, to fill in from.
  const cells: Region = [
    Math.floor(left / side) - 1,
    Math.floor(top / side) - 1,
    Math.floor((right - 1) / side) + 2,
    Math.floor((bottom - 1) / side) + 2,
  ];
  const [weight, ...colors] = cellSums(photo, mask, cells, { side, reach }).map((plane) =>
    tentSums(plane, reach),
  );
  if (!weight) return new Uint8Array();
  const means = colors.map(({ data }) => Float64Array.from(data, (sum, i) => sum / (weight.data[i] || 1)));
  return fillIn(means, cells, region, side);
}

/** Of the cells and `reach` around them: what their pixels weigh, and their red, green and blue by weight. */
function cellSums(
  photo: Photo,
  mask: Rle,
  [left, top, right, bottom]: Region,
  { side, reach }: { readonly side: number; readonly reach: number },
): Plane[] {
  const [width, height] = [right - left + 2 * reach, bottom - top + 2 * reach];
  const planes = Array.from({ length: 4 }, () => new Float64Array(width * height));
  const [x0, y0] = [side * (left - reach), side * (top - reach)];
  const bits = bitsAround(mask, [x0, y0, x0 + side * width, y0 + side * height], 0);
  const { data, channels, alpha } = photo;
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let row = 0; row < bits.height; row++) {
    const y = Math.min(photo.height - 1, Math.max(0, y0 + row));
    for (let column = 0; column < bits.width; column++) {
      const x = Math.min(photo.width - 1, Math.max(0, x0 + column));
      const at = y * photo.width + x;
      const share = bits.data[row * bits.width + column] === 1 ? 1 : OUTSIDE;
      const weight = share * (alpha ? alpha(at) : 1);
      const cell = Math.floor(row / side) * width + Math.floor(column / side);
      planes[0]![cell]! += weight;
      planes[1]![cell]! += weight * data[channels * at]!;
      planes[2]![cell]! += weight * data[channels * at + green]!;
      planes[3]![cell]! += weight * data[channels * at + blue]!;
    }
  }
  return planes.map((data) => ({ data, width, height }));
}

/** Colours of pixels, from those of the four cells around each. */
function fillIn(
  means: readonly Float64Array[],
  [cellLeft, cellTop, cellRight]: Region,
  [left, top, right, bottom]: Region,
  side: number,
): Uint8Array {
  const across = cellRight - cellLeft;
  const [width, height] = [right - left, bottom - top];
  const filled = new Uint8Array(3 * width * height);
  for (let row = 0, to = 0; row < height; row++) {
    const y = (top + row + 0.5) / side - 0.5 - cellTop;
    const above = Math.floor(y);
    const down = y - above;
    for (let column = 0; column < width; column++) {
      const x = (left + column + 0.5) / side - 0.5 - cellLeft;
      const before = Math.floor(x);
      const on = x - before;
      const at = above * across + before;
      for (const mean of means) {
        const upper = mean[at]! * (1 - on) + mean[at + 1]! * on;
        // With cells of one pixel, there is nothing between.
        const lower = down === 0 ? upper : mean[at + across]! * (1 - on) + mean[at + across + 1]! * on;
        filled[to++] = Math.round(upper + (lower - upper) * down);
      }
    }
  }
  return filled;
}
