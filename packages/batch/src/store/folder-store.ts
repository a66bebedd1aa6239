import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { checkText, NotFoundError } from "@sam2js/core";
import { FileLock, toStoreError, writeFileWhole } from "@sam2js/runtime-node";
import { readLines } from "../entries/read-lines.js";
import type { BatchStore, Journal, JournalFolder } from "./batch-store.js";

const JOURNALS = "journal";

/** A batch in a folder, which several machines may share over a network. Nothing is made before the first write. */
export function createFolderStore(folder: string): BatchStore {
  checkText(folder, "folder", "the path of a folder");
  const pathOf = (name: string) => {
    checkText(name, "name", "the name of a file of the batch");
    return join(folder, name);
  };
  const has = async (name: string) => (await stat(pathOf(name)).catch(() => undefined))?.isFile() === true;
  return {
    where: folder,
    has,
    async *read(name, range) {
      const ends = range && { start: range.from, end: range.to - 1 };
      try {
        yield* createReadStream(pathOf(name), { highWaterMark: 1 << 18, ...ends });
      } catch (error) {
        throw readError(error, pathOf(name));
      }
    },
    write: (name, content, signal) => writeFileWhole(pathOf(name), content, { signal }),
    async writeNew(name, content) {
      const lock = await FileLock.acquire(pathOf(`${name}.lock`)).catch((error) => {
        throw toStoreError(error, pathOf(name), "free some, or write to another folder");
      });
      try {
        if (await has(name)) return false;
        await writeFileWhole(pathOf(name), content);
        return true;
      } finally {
        await lock.release();
      }
    },
    journals: journalsIn(pathOf(JOURNALS)),
  };
}

/** Each process has files of its own, so that two that work on one shard do not write into each other's lines. */
function journalsIn(folder: string): JournalFolder {
  return {
    async open(shard): Promise<Journal> {
      const path = join(folder, shard, `${process.pid}-${randomUUID()}.jsonl`);
      const failed = (error: unknown): never => {
        throw toStoreError(error, path, "free some, or write to another folder");
      };
      await mkdir(join(folder, shard), { recursive: true }).catch(failed);
      const handle = await open(path, "wx").catch(failed);
      return {
        add: (line) => handle.appendFile(`${line}\n`).catch(failed),
        close: () => handle.close(),
      };
    },
    async *lines(shard) {
      const names = await readdir(join(folder, shard)).catch(() => []);
      for (const name of names) {
        const path = join(folder, shard, name);
        yield* readLines(createReadStream(path), path);
      }
    },
    clear: (shard) => rm(join(folder, shard), { recursive: true, force: true }).catch(() => undefined),
  };
}

function readError(error: unknown, path: string): unknown {
  const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
  if (!isMissing) return toStoreError(error, path);
  return NotFoundError.expected(path, "a file of a batch", "nothing", "plan the batch again");
}
