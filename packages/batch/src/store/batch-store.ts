import { checkMembers, checkText } from "@sam2js/core";
import type { FileContent } from "@sam2js/runtime-node";

/** Bytes of a file, from the first to before the last. */
export interface ByteRange {
  /** The first byte, from 0. */
  readonly from: number;
  /** Exclusive; at least `from` + 1. */
  readonly to: number;
}

/** Where a batch lies: a folder, or a bucket. Names have forward slashes. Any number of processes and machines may use it at once. */
export interface BatchStore {
  /** For messages: the path or address. */
  readonly where: string;
  /** The bytes of a file, or a part of them. @throws {NotFoundError} there is none  @throws {StoreError} it cannot be read */
  read(name: string, range?: ByteRange): AsyncIterable<Uint8Array>;
  /** Whether there is such a file. */
  has(name: string): Promise<boolean>;
  /** Writes a file that appears as a whole or not at all. @throws {StoreError} no room, no right */
  write(name: string, content: FileContent, signal?: AbortSignal): Promise<void>;
  /** The same, unless there is one by that name. @returns whether it was written: of several who try, one is told so */
  writeNew(name: string, content: string): Promise<boolean>;
  /** Where what is done of an unfinished shard is kept; without it, an interrupted shard begins anew. */
  readonly journals?: JournalFolder | undefined;
}

/** Files that grow by a line at a time. What is cut off at the end of one is no harm. */
export interface JournalFolder {
  /** Begins a journal of this process. */
  open(shard: string): Promise<Journal>;
  /** The lines of all journals of a shard. */
  lines(shard: string): AsyncIterable<string>;
  /** Takes the journals of a shard away. */
  clear(shard: string): Promise<void>;
}

/** One of a {@link JournalFolder}. */
export interface Journal {
  /** Adds a line. @throws {StoreError} no room */
  add(line: string): Promise<void>;
  /** Ends it; it stays. */
  close(): Promise<void>;
}

/** @throws {InputError} `store` is none */
export function checkStore(store: unknown): void {
  checkMembers(store, "store", "a store, as openStore(…) opens it", "where", "has", "read");
}

/** A whole file as text; undefined where there is none. @throws {StoreError} it cannot be read */
export async function readText(store: BatchStore, name: string): Promise<string | undefined> {
  checkStore(store);
  checkText(name, "name", "the name of a file");
  if (!(await store.has(name))) return undefined;
  const parts: Uint8Array[] = [];
  for await (const part of store.read(name)) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
