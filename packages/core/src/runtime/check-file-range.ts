import { CheckpointError } from "../errors/errors.js";

/**
 * Refuses bytes that a file does not have. For those who implement `ModelFile.read`.
 *
 * @param begin      the first byte
 * @param end        the byte behind the last
 * @param sizeBytes  of the whole file
 * @throws {CheckpointError} the file ends before, or the range is none
 */
export function checkFileRange(file: string, begin: number, end: number, sizeBytes: number): void {
  if (begin >= 0 && begin <= end && end <= sizeBytes) return;
  throw new CheckpointError(
    `${file}: expected bytes ${begin} to ${end}, got a file of ${sizeBytes}; the file is truncated, get it again`,
    { name: file, expected: [begin, end], got: sizeBytes },
  );
}
