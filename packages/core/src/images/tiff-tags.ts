/** Tags that are read: whether a TIFF file is a camera's raw file, and how a picture is to be turned. */
export const TIFF_TAG = {
  subfileType: 0x00fe,
  orientation: 0x0112,
  subIfds: 0x014a,
  dngVersion: 0xc612,
} as const;

/**
 * The tags of the first directory of a TIFF file, or of EXIF data, which has the same form.
 *
 * @returns tag to its first value, for whole numbers of 16 and 32 bit; to 0 for other types. Empty if the bytes are no TIFF file.
 * @see TIFF 6.0, §2
 */
export function tiffTags(bytes: Uint8Array): ReadonlyMap<number, number> {
  const tags = new Map<number, number>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) return tags;
  const little = bytes[0] === 0x49;
  const first = view.getUint32(4, little);
  if (first + 2 > bytes.length) return tags;
  const count = view.getUint16(first, little);
  for (let at = first + 2; at + 12 <= bytes.length && at < first + 2 + 12 * count; at += 12) {
    const type = view.getUint16(at + 2, little);
    const value =
      type === 3 ? view.getUint16(at + 8, little) : type === 4 ? view.getUint32(at + 8, little) : 0;
    tags.set(view.getUint16(at, little), value);
  }
  return tags;
}
