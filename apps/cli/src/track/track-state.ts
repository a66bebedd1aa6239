import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ByteFormat, CheckedBytes, InputError, writeCheckedBytes } from "@sam2js/core";
import { Mask, type MaskJson } from "@sam2js/masks";
import { type OutputFile, writeFiles } from "../io/write-files.js";

/** Masks by frame and object. */
export type FoundMasks = Map<number, Map<string, Mask>>;

/** How far a run has come. */
export interface TrackState {
  /** What was asked, as JSON: another request cannot go on with it. */
  readonly request: string;
  /** What was worked on, by name: digests of the video, the model and mask files. */
  readonly content: Readonly<Record<string, string>>;
  /** Frames of all passes that are done. */
  readonly done: number;
  readonly found: FoundMasks;
  /** Bytes of `session.serialize()`. */
  readonly session: Uint8Array;
}

interface Header {
  readonly request: string;
  readonly content: Readonly<Record<string, string>>;
  readonly done: number;
  readonly sessionBytes: number;
  readonly frames: readonly {
    readonly frame: number;
    readonly masks: readonly (MaskJson & { readonly id: string })[];
  }[];
}

const FORMAT: ByteFormat = {
  mark: "SM2T",
  what: "the state of an interrupted run",
  madeBy: "sam2 track",
  maxHeaderBytes: 2 ** 31 - 1, // a file of our own: run lengths of all frames
};

/** Where the state of a run is kept until its results are written. */
export function stateName(stem: string): string {
  return `${stem}.track-state`;
}

/** Writes a state, with a checksum. It replaces the last one as a whole. */
export async function saveState(folder: string, stem: string, state: TrackState): Promise<void> {
  const { request, content, done, found, session } = state;
  const header: Header = {
    request,
    content,
    done,
    sessionBytes: session.length,
    frames: [...found].map(([frame, masks]) => ({
      frame,
      masks: [...masks].map(([id, mask]) => ({ id, ...mask.toJSON() })),
    })),
  };
  const file: OutputFile = { name: stateName(stem), content: writeCheckedBytes(FORMAT, header, [session]) };
  await writeFiles(folder, [file]);
}

/** Takes a state away once results are written. */
export async function dropState(folder: string, stem: string): Promise<void> {
  await rm(join(folder, stateName(stem)), { force: true });
}

/** What is another than when a state was saved: names of its content, in words. */
export function changedContent(saved: TrackState["content"], now: TrackState["content"]): string[] {
  const names = new Set([...Object.keys(saved), ...Object.keys(now)]);
  return [...names].filter((name) => saved[name] !== now[name]);
}

/**
 * Reads the state of an interrupted run; undefined where there is none.
 *
 * @throws {InputError} it is damaged, or that of another command
 */
export async function loadState(
  folder: string,
  stem: string,
  request: string,
): Promise<TrackState | undefined> {
  const path = join(folder, stateName(stem));
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) return undefined;
  const { header, session } = parseState(bytes, path);
  if (header.request !== request) {
    throw new InputError(
      `--resume: expected the prompts and options of the run that was interrupted (${path}), got others; repeat its command, or leave --resume out to begin again`,
      { path, expected: header.request, got: request },
    );
  }
  const found: FoundMasks = new Map();
  for (const { frame, masks } of header.frames) {
    found.set(frame, new Map(masks.map(({ id, ...json }) => [id, Mask.fromJSON(json)])));
  }
  return {
    request,
    content: header.content,
    done: header.done,
    found,
    session,
  };
}

/** @throws {InputError} damaged or other bytes */
function parseState(bytes: Uint8Array, path: string): { header: Header; session: Uint8Array } {
  try {
    const reader = new CheckedBytes(FORMAT, bytes);
    const header = reader.header as Header; // as saveState wrote it, by its checksum
    const session = reader.take(Uint8Array, header.sessionBytes);
    reader.end();
    return { header, session };
  } catch (cause) {
    const expected = "the state of an interrupted run";
    const next = "leave --resume out to begin again";
    throw InputError.expected(path, expected, "damaged or other bytes", next, cause);
  }
}
