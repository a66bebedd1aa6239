import { ImageError } from "../errors/errors.js";
import type { FileKind } from "./file-kind.js";

const PICTURE = "save it as PNG or JPEG, for example with: magick";

/**
 * Explains in one line why a file gives no image: what it is, what is read here, and how to get there.
 *
 * @param name    what messages call the file
 * @param kind    what its first bytes say
 * @param formats what is read here: `["JPEG", "PNG"]`
 * @param cause   what the decoder said
 */
export function unreadableImage(
  name: string,
  kind: FileKind,
  formats: readonly string[],
  cause?: unknown,
): ImageError {
  const expected = `${formats.slice(0, -1).join(", ")} or ${formats.at(-1)}`;
  const [got, next] = explain(kind, formats);
  return new ImageError(`${name}: expected ${expected}, got ${got}; ${next}`, {
    name,
    expected: formats,
    got: kind.name,
    cause,
  });
}

function explain({ sort, name }: FileKind, formats: readonly string[]): readonly [got: string, next: string] {
  if (formats.includes(name)) {
    return [
      `a ${name} file that is damaged, cut off or of an unusual kind`,
      "download or copy it again, or open it in an editor and save it anew",
    ];
  }
  switch (sort) {
    case "readable":
    case "maybe":
    case "picture":
      return [
        `a ${name} picture`,
        `${PICTURE} ${name === "HEIC" ? "photo.heic photo.jpg (on a Mac: sips -s format jpeg photo.heic --out photo.jpg)" : `picture picture.png`}`,
      ];
    case "raw":
      return [
        `a camera's raw file (${name})`,
        "develop it to JPEG or TIFF, for example with darktable-cli photo photo.jpg",
      ];
    case "drawing":
      return [`a drawing (${name}), which has no pixels yet`, `${PICTURE} -density 150 drawing drawing.png`];
    case "video":
      return [
        `a video (${name})`,
        "track objects through it with sam2 track, or take a frame: ffmpeg -i video -frames:v 1 frame.png",
      ];
    case "page":
      return [
        "a web page (HTML)",
        "give the address of the picture itself; servers answer with a page where a login is missing or a link is out of date",
      ];
    case "pointer":
      return ["a pointer of Git LFS", "fetch the file itself with: git lfs pull"];
    case "empty":
      return ["an empty file", "download or copy it again"];
    default:
      return [
        name === "unknown" ? "bytes of no known format" : `a ${name} file`,
        "check that it is the file you mean",
      ];
  }
}
