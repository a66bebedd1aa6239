import { checkBytes } from "../options/check-value.js";
import { TIFF_TAG, tiffTags } from "./tiff-tags.js";

/** What a file is by its first bytes. */
export interface FileKind {
  /** `"JPEG"`, `"HEIC"`, `"MP4 or QuickTime"`. */
  readonly name: string;
  /** Decides what to do with it. `"readable"`: every platform reads it; `"maybe"`: some do. */
  readonly sort:
    | "readable"
    | "maybe"
    | "picture"
    | "drawing"
    | "raw"
    | "video"
    | "page"
    | "pointer"
    | "empty"
    | "other";
}

type Signature = readonly [sort: FileKind["sort"], name: string, offset: number, bytes: string];

/** The first that fits counts. `offset` in bytes; one character is one byte. */
const SIGNATURES: readonly Signature[] = [
  ["readable", "JPEG", 0, "\xff\xd8\xff"],
  ["readable", "PNG", 0, "\x89PNG\r\n\x1a\n"],
  ["readable", "GIF", 0, "GIF8"],
  ["readable", "WebP", 8, "WEBP"],
  ["maybe", "JPEG XL", 0, "\xff\x0a"],
  ["maybe", "JPEG XL", 4, "JXL "],
  ["maybe", "JPEG 2000", 4, "jP  "],
  ["maybe", "JPEG 2000", 0, "\xff\x4f\xff\x51"],
  ["raw", "Canon CR2", 8, "CR\x02"],
  ["raw", "Canon CR3", 8, "crx "],
  ["raw", "Fujifilm RAF", 0, "FUJIFILMCCD-RAW"],
  ["raw", "Panasonic RW2", 0, "IIU\0"],
  ["raw", "Olympus ORF", 0, "IIR"],
  ["raw", "Olympus ORF", 0, "MMOR"],
  ["raw", "Sigma X3F", 0, "FOVb"],
  ["picture", "BMP", 0, "BM"],
  ["picture", "Photoshop", 0, "8BPS"],
  ["picture", "GIMP", 0, "gimp xcf"],
  ["picture", "ICO", 0, "\0\0\x01\0"],
  ["picture", "CUR", 0, "\0\0\x02\0"],
  ["picture", "ICNS", 0, "icns"],
  ["picture", "OpenEXR", 0, "\x76\x2f\x31\x01"],
  ["picture", "Radiance HDR", 0, "#?R"],
  ["picture", "DDS", 0, "DDS "],
  ["picture", "QOI", 0, "qoif"],
  ["picture", "JPEG XR", 0, "II\xbc"],
  ["picture", "FITS", 0, "SIMPLE  ="],
  ["picture", "DICOM", 128, "DICM"],
  ["drawing", "PDF", 0, "%PDF"],
  ["drawing", "PostScript", 0, "%!PS"],
  ["video", "AVI", 8, "AVI "],
  ["video", "Matroska or WebM", 0, "\x1a\x45\xdf\xa3"],
  ["video", "MP4 or QuickTime", 4, "ftyp"],
  ["video", "MP4 or QuickTime", 4, "moov"],
  ["video", "MP4 or QuickTime", 4, "mdat"],
  ["video", "Flash video", 0, "FLV\x01"],
  ["video", "MPEG", 0, "\0\0\x01\xba"],
  ["video", "Ogg", 0, "OggS"],
  ["other", "ZIP", 0, "PK\x03\x04"],
  ["other", "gzip", 0, "\x1f\x8b"],
  ["other", "NumPy", 0, "\x93NUMPY"],
];

/** Brands of the box `ftyp` whose file is a picture; `mif1` and `msf1` stand before a brand that says more. */
const PICTURE_BRANDS = /avi[fs]|hei[cxms]|hev[cmx]|mif1|msf1/;

/**
 * Says what a file is, by its first bytes.
 *
 * @param bytes  the beginning of the file, or all of it; 64 KiB are enough
 */
export function fileKind(bytes: Uint8Array): FileKind {
  checkBytes(bytes, "bytes");
  if (bytes.length === 0) return { sort: "empty", name: "empty" };
  const head = latin1(bytes.subarray(0, 1024));
  const brands = head.startsWith("ftyp", 4) ? head.slice(8, Math.min(bytes[3] as number, 64)) : "";
  if (PICTURE_BRANDS.test(brands)) {
    return /avi[fs]/.test(brands) ? { sort: "readable", name: "AVIF" } : { sort: "maybe", name: "HEIC" };
  }
  if (/^(II[*+]\0|MM\0[*+])/.test(head) && !head.startsWith("CR\x02", 8)) return tiffKind(bytes);
  const found = SIGNATURES.find(([, , offset, signature]) => head.startsWith(signature, offset));
  if (found) return { sort: found[0], name: found[1] };
  return textKind(head);
}

/** Raw files of cameras are TIFF files whose first picture is a thumbnail. */
function tiffKind(bytes: Uint8Array): FileKind {
  const tags = tiffTags(bytes);
  const isThumbnail = ((tags.get(TIFF_TAG.subfileType) ?? 0) & 1) === 1;
  if (tags.has(TIFF_TAG.dngVersion)) return { sort: "raw", name: "DNG" };
  if (isThumbnail && tags.has(TIFF_TAG.subIfds)) return { sort: "raw", name: "TIFF-based" };
  return { sort: "maybe", name: "TIFF" };
}

function textKind(head: string): FileKind {
  const text = head
    .replace(/^\xef\xbb\xbf/, "")
    .trimStart()
    .toLowerCase();
  if (/^<(!doctype html|html|head|body)/.test(text)) return { sort: "page", name: "HTML" };
  if (/^<(\?xml|svg|!--|!doctype svg)/.test(text) && text.includes("<svg"))
    return { sort: "drawing", name: "SVG" };
  if (text.startsWith("version https://git-lfs")) return { sort: "pointer", name: "Git LFS" };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes that no text has
  const isText = !/[\x00-\x08\x0e-\x1f]/.test(head);
  return { sort: "other", name: isText ? "text" : "unknown" };
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
