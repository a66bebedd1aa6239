import { exifOrientation } from "@sam2js/core";

/** How a picture must be turned to stand upright, 1 (not at all) to 8, and the file without the note that says so. */
export interface Orientation {
  readonly orientation: number;
  readonly bare: Blob;
}

/**
 * Takes the EXIF orientation out of a file, so that no browser applies it: some do, some do not.
 *
 * @param bytes  the whole file; changed
 * @see PNG (W3C, third edition) §11.3.3.4 eXIf; WebP container specification, "Metadata"
 */
export function takeOrientation(bytes: Uint8Array<ArrayBuffer>, format: "PNG" | "WebP"): Orientation {
  const { first, type, little, length, frame } = LAYOUT[format];
  const view = new DataView(bytes.buffer);
  for (let at: number = first; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + length, little);
    const end = at + frame + size + (little ? size % 2 : 0);
    if (NAMES.includes(String.fromCharCode(...bytes.subarray(at + type, at + type + 4)))) {
      const orientation = exifOrientation(bytes.subarray(at + 8, at + 8 + size));
      if (format === "PNG")
        return { orientation, bare: new Blob([bytes.subarray(0, at), bytes.subarray(end)]) };
      bytes.set([0x78, 0x78, 0x78, 0x78], at); // a name that decoders pass over
      return { orientation, bare: new Blob([bytes]) };
    }
    at = end;
  }
  return { orientation: 1, bare: new Blob([bytes]) };
}

/** Where chunks begin, and where in one its name and length lie; `frame` is what a chunk has beside its content. */
const LAYOUT = {
  PNG: { first: 8, length: 0, type: 4, little: false, frame: 12 },
  WebP: { first: 12, length: 4, type: 0, little: true, frame: 8 },
} as const;
const NAMES: readonly string[] = ["eXIf", "EXIF"];
