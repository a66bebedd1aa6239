import { ImageError } from "@sam2js/core";

/** DEFLATE turns one byte into at most 1032. */
const MAX_RATIO = 1032;

/**
 * Decompresses zlib data of a known size, outside of this thread. No memory is taken for a size that the data cannot have.
 *
 * @returns gives the next `count` bytes
 * @throws {ImageError} the data are damaged, or give fewer bytes
 */
export function inflate(
  pieces: readonly Uint8Array[],
  size: number,
  name: string,
): (count: number) => Promise<Uint8Array> {
  const refuse = (got: string, cause?: unknown): never => {
    throw new ImageError(
      `${name}: expected ${size} bytes of pixels, got ${got}; copy or save the file anew`,
      { name, expected: size, got, cause },
    );
  };
  const compressed = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (size > MAX_RATIO * compressed) return refuse(`${compressed} compressed ones, which cannot hold them`);
  const blob = new Blob(pieces as Uint8Array<ArrayBuffer>[]);
  const reader = blob.stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  let rest = new Uint8Array(0);
  let done = 0;
  return async (count) => {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; ) {
      if (rest.length === 0) {
        const next = await reader.read().catch((cause) => refuse("damaged data", cause));
        rest = next.value ?? refuse(`${done}`);
        continue;
      }
      const part = rest.subarray(0, count - at);
      bytes.set(part, at);
      rest = rest.subarray(part.length);
      at += part.length;
      done += part.length;
    }
    if (done === size) reader.cancel().catch(() => undefined); // all that counts is there
    return bytes;
  };
}
