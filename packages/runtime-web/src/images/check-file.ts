import {
  checkImageFileSize,
  checkImageSize,
  checkMembers,
  type FileKind,
  fileKind,
  type ImageError,
  unreadableImage,
} from "@sam2js/core";
import type { DecodeProblem } from "../desk/desk.js";

/** What every browser reads. Some read more of the kinds that are tried, such as HEIC and TIFF on Apple's systems. */
const FORMATS: readonly string[] = ["JPEG", "PNG", "WebP", "GIF", "AVIF"];
/** Beginning of a file that tells what it is. */
const HEAD_BYTES = 2 ** 16;

/**
 * Looks at a file before it is decoded.
 *
 * @throws {ImageError} it is too large, or no picture that a browser may read
 */
export async function checkFile(file: Blob, name: string): Promise<FileKind> {
  checkMembers(file, name, "a Blob or File", "size", "slice");
  checkImageFileSize(file.size, name);
  const kind = fileKind(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  if (kind.sort !== "readable" && kind.sort !== "maybe") throw unreadableImage(name, kind, FORMATS);
  return kind;
}

/** What a problem of a file means to the caller. */
export function fileError({ problem, size }: DecodeProblem, kind: FileKind, name: string): ImageError {
  if (size) checkImageSize(...size, name);
  return unreadableImage(name, kind, FORMATS, problem);
}
