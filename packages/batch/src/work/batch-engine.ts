import type { PngSource } from "@sam2js/core";
import type { Mask } from "@sam2js/masks";
import type { BatchEntry } from "../entries/batch-entry.js";

/** A mask, and what it is of. */
export interface FoundMask {
  /** Of the picture's size. */
  readonly mask: Mask;
  /** What the prompt called it. */
  readonly object?: string | undefined;
  /** Its category; `"object"` without one. */
  readonly category?: string | undefined;
}

/** What was found in one entry. */
export interface EntryResult {
  /** Of the picture or video, in pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Of a picture, in the order in which files list them. */
  readonly masks?: readonly FoundMask[] | undefined;
  /** Of a video: how many frames were followed. */
  readonly frames?: number | undefined;
  /** Files of this entry alone; names are relative to the batch's folder. Equal work makes equal bytes. */
  readonly files?: readonly { readonly name: string; readonly content: string | Uint8Array }[] | undefined;
}

/** Where an entry stands in its batch. */
export interface EntryPlace {
  /** From 0, over all shards. */
  readonly index: number;
  /** A folder for files of its shard: `00012`. */
  readonly folder: string;
  /** A name for its files, unique in the shard, without dots. */
  readonly stem: string;
}

/** What computes. A batch knows no model: whoever runs it brings one. */
export interface BatchEngine<Prepared = unknown> {
  /** What can be done for an entry while the one before is worked on: read and decode. @throws what is wrong with the entry */
  prepare(entry: BatchEntry, signal: AbortSignal): Promise<Prepared>;
  /** Does the work. @throws what is wrong with the entry */
  work(entry: BatchEntry, prepared: Prepared, place: EntryPlace, signal: AbortSignal): Promise<EntryResult>;
  /** The bytes of an entry's picture, for tars. */
  readBytes(entry: BatchEntry, signal: AbortSignal): Promise<Uint8Array>;
  /** A PNG, for label maps. */
  encodePng(source: PngSource): Promise<Uint8Array>;
}
