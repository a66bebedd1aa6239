import type { RgbImage } from "@sam2js/core";
import sharp from "sharp";

/** Longer side of the pictures in the report, twice what it shows, for fine screens. */
const SIDE = 640;

/** A small copy of a picture as PNG; small pictures stay as they are. */
export function thumbnailOf({ data, width, height, channels }: RgbImage): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
    .resize(SIDE, SIDE, { fit: "inside", withoutEnlargement: true })
    .png()
    .toBuffer();
}
