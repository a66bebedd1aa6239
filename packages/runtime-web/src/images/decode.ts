import { type Alpha, checkImageSize, type PixelImage, type RgbImage, rgbFromPixels } from "@sam2js/core";
import { imageSize } from "image-size";
import { readPixels } from "./read-pixels.js";
import { takeOrientation, turnPixels } from "./upright.js";

/** A picture as it reaches the worker. */
export interface DecodeRequest {
  readonly source: Blob | ImageBitmap | PixelImage;
  /** Of a file: `"JPEG"`. */
  readonly format: string | undefined;
  readonly alpha: Alpha;
}

/** Why there are no pixels. */
export interface DecodeProblem {
  readonly problem: string;
  /** In pixels, where the size is the problem. */
  readonly size?: readonly [width: number, height: number];
}

/** Head of a file in which its size must stand: cameras put thumbnails and profiles before it. */
const HEAD_BYTES = 2 ** 20;

/** Decodes to upright RGB. Runs in the worker, or in the page without one. */
export async function decode({ source, format, alpha }: DecodeRequest): Promise<RgbImage | DecodeProblem> {
  if (source instanceof Blob) return decodeFile(source, format, alpha);
  return source instanceof ImageBitmap
    ? decodeBitmap(source, format, alpha)
    : rgbFromPixels(source, { alpha });
}

async function decodeBitmap(
  bitmap: ImageBitmap,
  format: string | undefined,
  alpha: Alpha,
): Promise<RgbImage | DecodeProblem> {
  try {
    const hasAlpha = format !== "JPEG";
    return sizeProblem(bitmap.width, bitmap.height) ?? (await readPixels(bitmap, hasAlpha, alpha));
  } finally {
    bitmap.close();
  }
}

async function decodeFile(
  file: Blob,
  format: string | undefined,
  alpha: Alpha,
): Promise<RgbImage | DecodeProblem> {
  const opened = await openFile(file, format, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  if ("problem" in opened) return opened;
  const image = await decodeBitmap(opened.bitmap, format, alpha);
  return "problem" in image ? image : turnPixels(image, opened.orientation);
}

/** A decoded file, and how it must still be turned: 1 (not at all) to 8, as EXIF numbers it. */
export interface OpenedFile {
  readonly bitmap: ImageBitmap;
  readonly orientation: number;
}

/** Lets the browser decode a file, after its size was looked at. */
export async function openFile(
  file: Blob,
  format: string | undefined,
  options?: ImageBitmapOptions,
): Promise<OpenedFile | DecodeProblem> {
  const refusal = await headProblem(file);
  if (refusal) return refusal;
  // Browsers differ in what they turn of these two.
  const { orientation, bare } =
    format === "PNG" || format === "WebP"
      ? takeOrientation(new Uint8Array(await file.arrayBuffer()), format)
      : { orientation: 1, bare: file };
  try {
    return {
      bitmap: await createImageBitmap(bare, { imageOrientation: "from-image", ...options }),
      orientation,
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The size that the file says, where its format is known. */
async function headProblem(file: Blob): Promise<DecodeProblem | undefined> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  let size: { readonly width: number; readonly height: number };
  try {
    size = imageSize(head);
  } catch {
    return undefined;
  }
  return sizeProblem(size.width, size.height);
}

function sizeProblem(width: number, height: number): DecodeProblem | undefined {
  try {
    checkImageSize(width, height, "image");
    return undefined;
  } catch {
    return { problem: "too large", size: [width, height] };
  }
}
