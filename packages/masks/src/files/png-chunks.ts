import { crc32, exifOrientation, ImageError } from "@sam2js/core";

/** The parts of a PNG file that its pixels depend on. */
export interface PngChunks {
  /** Content of `IHDR`, 13 bytes. */
  readonly header: Uint8Array;
  readonly palette: Uint8Array | undefined;
  readonly transparency: Uint8Array | undefined;
  /** How the picture is to be turned, as EXIF numbers it. */
  readonly orientation: number;
  /** Compressed pixels, piece by piece. */
  readonly data: readonly Uint8Array[];
}

/**
 * Splits a PNG file into its chunks, without copying. Checksums are checked, and chunks that say nothing about pixels are passed over.
 *
 * @throws {ImageError} the file is damaged or cut off
 */
export function pngChunks(bytes: Uint8Array, name: string): PngChunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const single = new Map<string, Uint8Array>();
  const data: Uint8Array[] = [];
  const refuse = (got: string): never => {
    throw ImageError.expected(name, "a whole PNG", got, "copy or save it anew");
  };
  for (let at = 8; ; ) {
    if (at + 12 > bytes.length) return refuse("a file that is cut off");
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) return refuse("a file that is cut off");
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (["IHDR", "PLTE", "tRNS", "eXIf", "IDAT"].includes(type)) {
      if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length))
        return refuse(`a damaged ${type} chunk`);
      if (type === "IDAT") data.push(content);
      else single.set(type, content);
    }
    if (type === "IEND") break;
    at += 12 + length;
  }
  const header = single.get("IHDR");
  if (header?.length !== 13) return refuse("none without a header");
  const exif = single.get("eXIf");
  return {
    header,
    palette: single.get("PLTE"),
    transparency: single.get("tRNS"),
    orientation: exif ? exifOrientation(exif) : 1,
    data,
  };
}
