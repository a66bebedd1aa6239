import type { PixelImage } from "@sam2js/core";
import type { ByteImage } from "../resize/byte-image.js";
import type { FloatPlane } from "../resize/resize-floats.js";

/** Kind of the numbers of a picture, which decides how it is resized. */
export type PictureType = "uint8" | "uint16" | "int32" | "float32";

/** An image whose numbers lie in memory, one way or the other. Nothing is copied. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly type: PictureType;
  /** Of all parts together: grey (1), grey and alpha (2), RGB (3) or RGBA (4). */
  readonly channels: number;
  /** Bytes with several channels side by side, or one part per channel. */
  readonly parts: readonly (ByteImage | FloatPlane)[];
}

/** Interleaved bytes as a picture. */
export function pictureOfPixels({ data, width, height, channels = 4 }: PixelImage): Picture {
  return {
    width,
    height,
    channels,
    type: "uint8",
    parts: [{ data, width, height, stride: channels, channels }],
  };
}

/** The colour channels only: alpha is skipped over, not copied out. */
export function dropAlpha(picture: Picture): Picture {
  const channels = picture.channels > 2 ? 3 : 1;
  const parts = picture.parts
    .slice(0, channels)
    .map((part) => ("channels" in part ? { ...part, channels: Math.min(part.channels, channels) } : part));
  return { ...picture, channels, parts };
}
