import { messageOf, Sam2Error } from "@sam2js/core";
import type { MaskJson } from "@sam2js/masks";
import type { BatchEntry, EntryError } from "../entries/batch-entry.js";
import type { EntryResult } from "./batch-engine.js";

/** A mask in a record. */
export interface RecordMask extends MaskJson {
  /** What the prompt called it. */
  readonly object?: string;
  /** Its category; `"object"` without one. */
  readonly category?: string;
}

/** What became of one entry: a line of `rle.jsonl`. */
export interface BatchRecord {
  /** Place in the batch, from 0. */
  readonly index: number;
  /** The entry's. */
  readonly name: string;
  /** The entry's, where it has one. */
  readonly id?: number;
  /** In pixels; missing where it failed. */
  readonly width?: number;
  /** In pixels; missing where it failed. */
  readonly height?: number;
  /** Of a picture. */
  readonly masks?: readonly RecordMask[];
  /** Of a video: how many frames were followed. */
  readonly frames?: number;
  /** Files of this entry alone, relative to the batch's folder. */
  readonly files?: readonly string[];
  /** Why it failed. */
  readonly error?: EntryError;
}

/** The record of an entry that is done. */
export function recordOf(entry: BatchEntry, index: number, result: EntryResult): BatchRecord {
  const { width, height, masks, frames, files } = result;
  return {
    ...head(entry, index),
    width,
    height,
    ...(masks && {
      masks: masks.map(({ mask, object, category }) => ({
        ...mask.toJSON(),
        ...(object !== undefined && { object }),
        ...(category !== undefined && { category }),
      })),
    }),
    ...(frames !== undefined && { frames }),
    ...(files && files.length > 0 && { files: files.map(({ name }) => name) }),
  };
}

/** The record of an entry that failed. */
export function failureRecord(entry: BatchEntry, index: number, error: unknown): BatchRecord {
  const isOurs = Sam2Error.isInstance(error);
  const message = messageOf(error);
  return { ...head(entry, index), error: { code: isOurs ? error.code : "UNEXPECTED", message } };
}

function head({ name, id }: BatchEntry, index: number) {
  return { index, name, ...(id !== undefined && { id }) };
}
