import { EngineError, type SessionGraph, UnsupportedError, type WeightFile } from "@sam2js/core";
import { type ExternalRange, externalRanges, moveExternalRanges } from "./external-tensors.js";
import type { EngineWeights } from "./protocol.js";

/** Ranges with a smaller gap between them are read in one piece: a read costs more than these bytes. */
const MAX_GAP_BYTES = 2 ** 16;

/** A graph with exactly the bytes of its weight files that it refers to. */
export interface GatheredGraph {
  readonly model: Uint8Array;
  readonly weights: readonly EngineWeights[];
  /** Sum over the initializers. */
  readonly sizeBytes: number;
}

interface Piece {
  readonly file: WeightFile;
  readonly location: string;
  readonly begin: number;
  end: number;
}

/**
 * Takes out of weight files what a graph refers to: of a checkpoint, the decoder's session gets the decoder's part. Parts of blobs stay
 * blobs, to be read by the engine; parts of bytes are copied, since they go to another thread.
 *
 * @throws {EngineError} an initializer lies in no given file, or beyond its end
 * @throws {UnsupportedError} a file is given by its path
 */
export function gatherWeights({ model, weights }: SessionGraph): GatheredGraph {
  const ranges = externalRanges(model);
  if (ranges.length === 0) return { model: model.slice(), weights: [], sizeBytes: 0 };
  const known = new Map(weights.map((file) => [file.location, file]));
  const bounds = ranges.map((range) => boundsOf(range, known));
  const pieces = toPieces(bounds);
  const moved = moveExternalRanges(model, (range) => {
    const { file, begin, end } = boundsOf(range, known);
    const piece = pieces.find(
      (each) => each.file === file && each.begin <= begin && end <= each.end,
    ) as Piece;
    return { location: piece.location, offset: begin - piece.begin, length: end - begin };
  });
  return {
    model: moved,
    weights: pieces.map(cutOut),
    sizeBytes: bounds.reduce((sum, { begin, end }) => sum + end - begin, 0),
  };
}

interface Bounds {
  readonly file: WeightFile;
  readonly begin: number;
  readonly end: number;
}

function boundsOf(
  { location, offset, length }: ExternalRange,
  known: ReadonlyMap<string, WeightFile>,
): Bounds {
  const file = known.get(location);
  if (!file) {
    throw new EngineError(
      `weights: the graph refers to ${location}, but the files are ${[...known.keys()].join(", ") || "none"}`,
      { location },
    );
  }
  const sizeBytes = sizeOf(file);
  const end = offset + (length ?? sizeBytes - offset);
  if (offset <= end && end <= sizeBytes) return { file, begin: offset, end };
  throw new EngineError(
    `weights: expected bytes ${offset} to ${end} of ${location}, but it has ${sizeBytes}; the checkpoint is damaged`,
    { location, offset, length, sizeBytes },
  );
}

/** What is really there, whatever the description says. */
function sizeOf({ location, source }: WeightFile): number {
  if (source.kind === "bytes") return source.bytes.length;
  if (source.kind === "blob") return source.blob.size;
  throw new UnsupportedError(
    `weights: a browser cannot read ${location} by its path; give a File, a URL or bytes`,
    { location },
  );
}

function toPieces(bounds: readonly Bounds[]): Piece[] {
  const pieces: Piece[] = [];
  for (const file of new Set(bounds.map((each) => each.file))) {
    const ofFile = bounds.filter((each) => each.file === file).sort((a, b) => a.begin - b.begin);
    let last: Piece | undefined;
    for (const { begin, end } of ofFile) {
      if (last && begin - last.end <= MAX_GAP_BYTES) {
        last.end = Math.max(last.end, end);
      } else {
        last = { file, location: `weights-${pieces.length}`, begin, end };
        pieces.push(last);
      }
    }
  }
  return pieces;
}

function cutOut({ file, location, begin, end }: Piece): EngineWeights {
  const { source } = file;
  if (source.kind === "bytes") return { location, bytes: source.bytes.slice(begin, end) };
  if (source.kind === "blob") return { location, blob: source.blob.slice(begin, end) };
  throw new UnsupportedError(`weights: a browser cannot read ${location} by its path`, { location });
}
