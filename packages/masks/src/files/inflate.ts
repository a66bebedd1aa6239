import { ImageError } from "@sam2js/core";
import { Unzlib } from "fflate";

/** DEFLATE turns one byte into at most 1032. */
const MAX_RATIO = 1032;

/**
 * Decompresses zlib data of a known size. No memory is taken for a size that the data cannot have, nor for more than was promised.
 *
 * @throws {ImageError} the data are damaged, or give fewer bytes
 */
export function inflateExactly(pieces: readonly Uint8Array[], size: number, name: string): Uint8Array {
  const refuse = (got: string, cause?: unknown): never => {
    throw new ImageError(
      `${name}: expected ${size} bytes of pixels, got ${got}; copy or save the file anew`,
      {
        name,
        expected: size,
        got,
        cause,
      },
    );
  };
  const compressed = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (size > MAX_RATIO * compressed) return refuse(`${compressed} compressed ones, which cannot hold them`);
  const out = new Uint8Array(size);
  let at = 0;
  const inflator = new Unzlib((chunk) => {
    out.set(chunk.subarray(0, size - at), at);
    at += Math.min(chunk.length, size - at);
  });
  try {
    for (const [index, piece] of pieces.entries()) {
      if (at >= size) break;
      inflator.push(piece, index === pieces.length - 1);
    }
  } catch (cause) {
    if (at < size) return refuse("damaged data", cause);
  }
  return at < size ? refuse(`${at}`) : out;
}
