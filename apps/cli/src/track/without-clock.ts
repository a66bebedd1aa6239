/** Boxes that hold others on the way to those with a clock. */
const CONTAINERS: readonly string[] = ["moov", "trak", "mdia"];
/** Boxes that tell when the file was made, behind their version: twice 4 bytes, or 8 in version 1. */
const CLOCKS: readonly string[] = ["mvhd", "tkhd", "mdhd"];

/**
 * Takes the time of writing out of an MP4, in place, so that the same video is the same bytes whenever it is written.
 *
 * @see ISO/IEC 14496-12, 8.2.2 and 8.3.2
 */
export function withoutClock(bytes: Uint8Array): Uint8Array {
  clear(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length);
  return bytes;
}

function clear(bytes: Uint8Array, view: DataView, begin: number, end: number): void {
  for (let at = begin; at + 8 <= end; ) {
    const short = view.getUint32(at);
    const size = short === 1 ? Number(view.getBigUint64(at + 8)) : short === 0 ? end - at : short;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (size < 8) return;
    if (CONTAINERS.includes(type)) clear(bytes, view, at + 8, at + size);
    if (CLOCKS.includes(type)) bytes.fill(0, at + 12, at + 12 + (bytes[at + 8] === 1 ? 16 : 8));
    at += size;
  }
}
