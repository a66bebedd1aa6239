import { type FileKind, fileKind, unreadableImage } from "@sam2js/core";

/** What sharp reads in its prebuilt form. A libvips of the system may read more of the kinds that are tried. */
export const FORMATS: readonly string[] = ["JPEG", "PNG", "WebP", "GIF", "TIFF", "AVIF"];

/**
 * Lets only pictures made of pixels through to the decoder. Left out on purpose: SVG and PDF, which are programs that draw, and may reach for
 * other files.
 *
 * @param bytes  the beginning of a file
 * @throws {ImageError} it is something else
 */
export function checkReadable(bytes: Uint8Array, name: string): FileKind {
  const kind = fileKind(bytes);
  if (kind.sort !== "readable" && kind.sort !== "maybe") throw unreadableImage(name, kind, FORMATS);
  return kind;
}
