import { checkImageSize, messageOf } from "@sam2js/core";
import { imageSize } from "image-size";
import type { DecodeProblem } from "../desk/desk.js";
import { takeOrientation } from "./take-orientation.js";

/** Head of a file in which its size must stand: cameras put thumbnails and profiles before it. */
const HEAD_BYTES = 2 ** 20;

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
    return { problem: messageOf(error) };
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

/** Why a picture of that size, in pixels, is refused. */
export function sizeProblem(width: number, height: number): DecodeProblem | undefined {
  try {
    checkImageSize(width, height, "image");
    return undefined;
  } catch {
    return { problem: "too large", size: [width, height] };
  }
}
