import { randomUUID } from "node:crypto";
import { NotFoundError } from "@sam2js/core";
import { readLines } from "../entries/read-lines.js";
import type { BatchStore, Journal, JournalFolder } from "../store/batch-store.js";
import { listS3, readS3 } from "./read-s3.js";
import { parseS3 } from "./s3-address.js";
import { s3Error, s3Library } from "./s3-client.js";

/** A worker that dies loses the pictures of so long. */
const FLUSH_MS = 10_000;
/** Lines that are held at most, in characters. */
const FLUSH_LENGTH = 1 << 20;

/**
 * Journals in a bucket. Objects cannot grow, so a journal is a row of objects, each with the lines of ten seconds. They are found by listing: what a listing
 * does not show yet is done again, and nothing else depends on it.
 *
 * @param where   the batch's address
 * @param write   writes an object
 * @param flushMs lines are written after so long, and when the journal is closed
 */
export function createS3Journals(
  where: string,
  write: BatchStore["write"],
  flushMs = FLUSH_MS,
): JournalFolder {
  const addressOf = (shard: string) => `${where}/journal/${shard}/`;
  return {
    open: async (shard) => new S3Journal(`journal/${shard}/${randomUUID()}`, write, flushMs),
    async *lines(shard) {
      for await (const address of listS3(addressOf(shard))) {
        try {
          yield* readLines(readS3(address), address);
        } catch (error) {
          if (!NotFoundError.isInstance(error)) throw error; // another has finished the shard
        }
      }
    },
    async clear(shard) {
      const { s3, client } = await s3Library();
      for await (const address of listS3(addressOf(shard))) {
        const { bucket, key } = parseS3(address);
        await client.send(new s3.DeleteObjectCommand({ Bucket: bucket, Key: key })).catch((error) => {
          throw s3Error(error, address);
        });
      }
    },
  };
}

class S3Journal implements Journal {
  readonly #name: string;
  readonly #write: BatchStore["write"];
  readonly #flushMs: number;
  /** The first line says what the others belong to, so each object begins with it. */
  #head: string | undefined;
  #lines: string[] = [];
  #length = 0;
  #count = 0;
  #flushed = performance.now();
  #flushing: Promise<void> = Promise.resolve();

  constructor(name: string, write: BatchStore["write"], flushMs: number) {
    this.#name = name;
    this.#write = write;
    this.#flushMs = flushMs;
  }

  async add(line: string): Promise<void> {
    if (this.#head === undefined) {
      this.#head = line;
      return;
    }
    this.#lines.push(line);
    this.#length += line.length;
    const isDue = performance.now() - this.#flushed >= this.#flushMs || this.#length >= FLUSH_LENGTH;
    if (!isDue) return;
    await this.#flushing; // what could not be written is told now
    this.#flushing = this.#flush();
    this.#flushing.catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#flushing;
    await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    const text = [this.#head, ...this.#lines, ""].join("\n");
    [this.#lines, this.#length, this.#flushed] = [[], 0, performance.now()];
    await this.#write(`${this.#name}-${String(this.#count++).padStart(5, "0")}.jsonl`, text);
  }
}
