import { visitColumns } from "../formats/column-visits.js";
import type { Rle } from "../masks/run-lengths.js";
import { type Plane, tentSums, tentWeight } from "./box-sums.js";
import type { Region } from "./region.js";

/**
 * How much of each pixel of a region belongs to the object, 0 to 255: what a tent over its neighbours finds inside the mask, so the edge is half
 * transparent and its steps are gone. Where the image ends, the object goes on: no edge is softened there.
 *
 * @param mask    of the image's size
 * @param radius  how far the edge reaches to each side, in whole pixels >= 0; 0 = 255 inside, 0 outside
 */
export function coverage(mask: Rle, region: Region, radius: number): Uint8Array {
  const { data } = tentSums(bitsAround(mask, region, radius), radius);
  const unit = 255 / tentWeight(radius);
  return Uint8Array.from(data, (sum) => Math.round(sum * unit));
}

/** 1 inside and 0 outside, of a region and `margin` pixels around it. Beyond the image, its border goes on. */
export function bitsAround({ size, counts }: Rle, region: Region, margin: number): Plane {
  const [imageHeight, imageWidth] = size;
  const [left, top] = [region[0] - margin, region[1] - margin];
  const [width, height] = [region[2] + margin - left, region[3] + margin - top];
  const data = new Uint8Array(width * height);
  visitColumns({ size, counts }, (x, start, end) => {
    const first = x === 0 ? left : Math.max(x, left);
    const last = x === imageWidth - 1 ? left + width - 1 : x;
    const from = start === 0 ? top : Math.max(start, top);
    const to = Math.min(end === imageHeight ? top + height : end, top + height);
    for (let column = first; column <= Math.min(last, left + width - 1); column++) {
      for (let y = from; y < to; y++) data[(y - top) * width + column - left] = 1;
    }
  });
  return { data, width, height };
}
