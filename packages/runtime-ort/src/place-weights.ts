import {
  EngineError,
  type PathSource,
  UnsupportedError,
  type WeightFile,
  type WeightPlacement,
  type WeightRange,
} from "@sam2js/core";
import type { EngineWeights, Mapping } from "./protocol.js";

/** Ranges with a smaller gap between them are read in one piece: a read costs more than these bytes. */
const MAX_GAP_BYTES = 2 ** 16;

/** Finds files that an engine maps. @throws {EngineError} one cannot be found, or is not what it was */
export type MapFiles = (files: readonly PathSource[]) => Promise<MappedPaths>;

/**
 * Whether an engine should use a weight as it lies in a mapped file: making a copy in its own layout takes longer than runs gain by it.
 *
 * @param threads  of the session's runs; all that the engine has when undefined
 */
export type StaysInPlace = (range: WeightRange, threads: number | undefined) => boolean;

/** Files as an engine maps them. */
export interface MappedPaths extends Mapping {
  /** What graphs call each of them, in the order of the files that were asked for. */
  readonly locations: readonly string[];
}

/** Where the weights of a graph go, and what the engine must be given for it. */
export interface PlacedWeights {
  /** One for each range. */
  readonly placements: readonly WeightPlacement[];
  readonly weights: readonly EngineWeights[];
  readonly mapping?: Mapping | undefined;
  /** Sum over the ranges. */
  readonly sizeBytes: number;
}

/** Of a graph without weights. */
export const NO_WEIGHTS: PlacedWeights = { placements: [], weights: [], sizeBytes: 0 };

/**
 * Decides where the weights of a graph go. Files on disk are mapped. Of bytes and blobs the graph gets what it refers to: of a checkpoint, the
 * decoder's session gets the decoder's part. Such parts lie beside the graph, or inside it where others are mapped: the engine takes
 * external data from a folder or from memory, not from both.
 *
 * @param mapFiles      missing where the platform has no paths
 * @param staysInPlace  nothing does when missing
 * @throws {EngineError} a range lies in no given file, or beyond its end
 * @throws {UnsupportedError} a file is given by its path on a platform without paths
 */
export async function placeWeights(
  ranges: readonly WeightRange[],
  files: readonly WeightFile[],
  mapFiles?: MapFiles,
  staysInPlace: (range: WeightRange) => boolean = () => false,
): Promise<PlacedWeights> {
  const onDisk = files.flatMap(({ location, source }) =>
    source.kind === "path" ? [{ location, source }] : [],
  );
  if (onDisk.length > 0 && !mapFiles) {
    const { location } = onDisk[0] as (typeof onDisk)[number];
    throw new UnsupportedError(
      `weights: a browser cannot read ${location} by its path; give a File, a URL or bytes`,
      { location },
    );
  }
  const mapped = onDisk.length > 0 ? await mapFiles?.(onDisk.map(({ source }) => source)) : undefined;
  const places = new Map(
    onDisk.map(({ location }, i) => [
      location,
      { location: mapped?.locations[i] as string, sizeBytes: mapped?.files[i]?.sizeBytes as number },
    ]),
  );
  const known = new Map(files.map((file) => [file.location, file]));
  for (const range of ranges) checkRange(range, known, places);
  const inMemory = ranges.filter(({ location }) => !places.has(location));
  const pieces = toPieces(inMemory);
  const weights = pieces.map((piece) => cutOut(piece, known));
  const bytes = mapped ? await Promise.all(weights.map(bytesOf)) : undefined;
  const placements = ranges.map((range): WeightPlacement => {
    const place = places.get(range.location);
    if (place) {
      const { byteOffset } = range;
      return { location: place.location, byteOffset, ...(staysInPlace(range) && { inPlace: true }) };
    }
    const i = pieces.findIndex((piece) => contains(piece, range));
    const { name, begin } = pieces[i] as Piece;
    const byteOffset = range.byteOffset - begin;
    const piece = bytes?.[i];
    if (piece) return { bytes: piece.subarray(byteOffset, byteOffset + range.byteLength) };
    return { location: name, byteOffset };
  });
  return {
    placements,
    weights: mapped ? [] : weights,
    mapping: mapped && { folder: mapped.folder, files: mapped.files },
    sizeBytes: ranges.reduce((sum, { byteLength }) => sum + byteLength, 0),
  };
}

/** By what is really there, whatever the description says. */
function checkRange(
  { location, byteOffset, byteLength }: WeightRange,
  known: ReadonlyMap<string, WeightFile>,
  places: ReadonlyMap<string, { readonly sizeBytes: number }>,
): void {
  const file = known.get(location);
  if (!file) {
    const names = [...known.keys()];
    throw new EngineError(
      `weights: expected a graph that refers to ${names.join(", ") || "no file"}, got ${location}`,
      { expected: names, got: location },
    );
  }
  const { source } = file;
  const sizeBytes =
    places.get(location)?.sizeBytes ??
    (source.kind === "bytes" ? source.bytes.length : source.kind === "blob" ? source.blob.size : 0);
  const end = byteOffset + byteLength;
  if (byteOffset >= 0 && byteLength >= 0 && end <= sizeBytes) return;
  throw new EngineError(
    `weights: expected bytes ${byteOffset} to ${end} of ${location}, got a file of ${sizeBytes}; the checkpoint is damaged`,
    { location, expected: end, got: sizeBytes },
  );
}

/** Neighbouring ranges of one file. */
interface Piece {
  /** What graphs call it. */
  readonly name: string;
  readonly location: string;
  readonly begin: number;
  end: number;
}

const contains = (piece: Piece, { location, byteOffset, byteLength }: WeightRange) =>
  piece.location === location && piece.begin <= byteOffset && byteOffset + byteLength <= piece.end;

function toPieces(ranges: readonly WeightRange[]): Piece[] {
  const pieces: Piece[] = [];
  for (const location of new Set(ranges.map((range) => range.location))) {
    const ofFile = ranges.filter((range) => range.location === location);
    let last: Piece | undefined;
    for (const { byteOffset: begin, byteLength } of ofFile.sort((a, b) => a.byteOffset - b.byteOffset)) {
      const end = begin + byteLength;
      if (last && begin - last.end <= MAX_GAP_BYTES) {
        last.end = Math.max(last.end, end);
      } else {
        last = { name: `weights-${pieces.length}`, location, begin, end };
        pieces.push(last);
      }
    }
  }
  return pieces;
}

function cutOut(
  { name, location, begin, end }: Piece,
  known: ReadonlyMap<string, WeightFile>,
): EngineWeights {
  const source = known.get(location)?.source;
  return source?.kind === "blob"
    ? { location: name, blob: source.blob.slice(begin, end) }
    : {
        location: name,
        bytes: source?.kind === "bytes" ? source.bytes.subarray(begin, end) : new Uint8Array(),
      };
}

async function bytesOf(weights: EngineWeights): Promise<Uint8Array> {
  return "bytes" in weights ? weights.bytes : new Uint8Array(await weights.blob.arrayBuffer());
}
