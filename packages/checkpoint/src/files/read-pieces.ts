import type { ModelFile } from "@sam2js/core";

/** Pieces less than this apart are read at once, in bytes. */
const READ_GAP_BYTES = 16 * 1024;
/** No read of several pieces is longer, in bytes. */
const READ_LIMIT_BYTES = 4 * 1024 * 1024;
/** Reads under way at once: each waits for a disk, or for another process of the browser. */
const READS_AT_ONCE = 16;

/** A part of a file, in bytes from its start. */
export interface Piece {
  readonly file: ModelFile;
  readonly begin: number;
  readonly end: number;
  /** Empty until {@link readPieces} fills it. */
  bytes: Uint8Array;
}

/** Fills the pieces, several with one read where they lie close together. @throws {CheckpointError} a file is shorter */
export async function readPieces(pieces: readonly Piece[], signal?: AbortSignal): Promise<void> {
  const files = [...new Set(pieces.map(({ file }) => file))];
  const inOrder = [...pieces].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.begin - b.begin,
  );
  const reads: Piece[][] = [];
  for (const piece of inOrder) {
    const group = reads.at(-1);
    const [first, last] = [group?.[0], group?.at(-1)];
    const isNear =
      first?.file === piece.file &&
      last !== undefined &&
      piece.begin <= last.end + READ_GAP_BYTES &&
      piece.end <= first.begin + READ_LIMIT_BYTES;
    if (isNear) group?.push(piece);
    else reads.push([piece]);
  }
  const readNext = async (): Promise<void> => {
    for (let group = reads.pop(); group; group = reads.pop()) {
      const [first, last] = [group[0] as Piece, group.at(-1) as Piece];
      const bytes = await first.file.read(first.begin, last.end, signal);
      for (const piece of group)
        piece.bytes = bytes.slice(piece.begin - first.begin, piece.end - first.begin);
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, readNext));
}
