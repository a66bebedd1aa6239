import { ImageError } from "@sam2js/core";

/** Pixels that a PNG can be made of. */
export interface Pixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

/** A PNG by the browser's own encoder: grey and RGB pixels become opaque RGBA. */
export async function encodePixels({
  data,
  width,
  height,
  channels,
}: Pixels): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) throw new ImageError("png: this browser gives no canvas to workers; use a newer one");
  const image = context.createImageData(width, height);
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let i = 0, from = 0; i < image.data.length; i += 4, from += channels) {
    image.data[i] = data[from] ?? 0;
    image.data[i + 1] = data[from + green] ?? 0;
    image.data[i + 2] = data[from + blue] ?? 0;
    image.data[i + 3] = channels === 4 ? (data[from + 3] ?? 0) : 255;
  }
  context.putImageData(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/png" });
  return new Uint8Array(await blob.arrayBuffer());
}
