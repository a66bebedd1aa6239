import { InputError } from "@sam2js/core";
import type { Track, TrackedFrame } from "./track.js";

const FORMAT = "sam2js-tracks";
const VERSION = 2;

interface Head {
  readonly format: string;
  readonly version: number;
  /** [height, width] of all masks, in pixels. */
  readonly size: readonly [number, number];
  readonly objects: readonly {
    readonly id: string;
    /** The model that found it. */
    readonly by: string;
    /** Frame, score, area, 1 where it is out of date, how many run lengths. */
    readonly frames: readonly (readonly [number, number, number, number, number])[];
  }[];
}

/** One line of JSON, then the run lengths of all masks as 32-bit numbers. */
export function packTracks(size: readonly [number, number], tracks: ReadonlyMap<string, Track>): Blob {
  const counts: Uint32Array<ArrayBuffer>[] = [];
  const objects = [...tracks].map(([id, { by, frames }]) => ({
    id,
    by,
    frames: frames.flatMap((found, frame) => {
      if (!found) return [];
      const { rle, score, area, isOld } = found;
      counts.push(Uint32Array.from(rle.counts));
      return [[frame, score, area, isOld ? 1 : 0, rle.counts.length] as const];
    }),
  }));
  const head: Head = { format: FORMAT, version: VERSION, size, objects };
  return new Blob([`${JSON.stringify(head)}\n`, ...counts]);
}

/** What was found, by object. @throws {InputError} something else, or cut off */
export async function unpackTracks(blob: Blob): Promise<ReadonlyMap<string, Pick<Track, "by" | "frames">>> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const end = bytes.indexOf(10);
  const head = parseHead(new TextDecoder().decode(bytes.subarray(0, Math.max(0, end))));
  const counts = new Uint32Array(
    bytes.slice(end + 1, end + 1 + 4 * Math.floor((bytes.length - end - 1) / 4)).buffer,
  );
  let at = 0;
  const objects = new Map<string, Pick<Track, "by" | "frames">>();
  for (const { id, by, frames } of head.objects) {
    const found: (TrackedFrame | undefined)[] = [];
    for (const [frame, score, area, isOld, length] of frames) {
      found[frame] = {
        rle: { size: head.size, counts: counts.slice(at, at + length) },
        score,
        area,
        isOld: isOld === 1,
      };
      at += length;
    }
    objects.set(id, { by, frames: found });
  }
  if (at !== counts.length) {
    throw InputError.expected("tracks", `${at} run lengths`, counts.length, "the file is damaged");
  }
  return objects;
}

function parseHead(text: string): Head {
  let head: Partial<Head>;
  try {
    head = JSON.parse(text);
  } catch (cause) {
    throw InputError.expected("tracks", "JSON", "something else", "the file is damaged", cause);
  }
  if (head?.format !== FORMAT || head.version !== VERSION || !Array.isArray(head.objects)) {
    throw InputError.expected("tracks", "tracks of sam2js", "another format", "track again");
  }
  return head as Head;
}
