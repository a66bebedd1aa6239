import { randomUUID } from "node:crypto";
import { constants, copyFile, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { removeDrafts } from "./drafts.js";
import { fileOwner, hasEnded } from "./file-owner.js";

/** Of a download that nobody went on with for a week nobody will. */
const REMAINS_MAX_AGE_MS = 7 * 24 * 60 * 60_000;

/** A download that was given up in order: whoever comes next goes on with it. */
export const freeRemains = (blob: string) => `${blob}.incomplete`;

/** A download under way. Its name is of one process and one attempt: nobody else ever writes into this file. */
export function ownRemains(blob: string): string {
  const { pid, place } = fileOwner();
  return `${blob}.${pid}-${place}-${randomUUID()}.incomplete`;
}

/**
 * Makes the longest beginning of a blob that an earlier download left the file `own`, if there is one. What a living process, or one of
 * another machine, has under way is copied: it may go on writing there.
 *
 * @param own         as {@link ownRemains} gives it
 * @param mostBytes   longer remains are no beginning of this blob
 */
export async function adoptRemains(blob: string, own: string, mostBytes: number): Promise<void> {
  const folder = path.dirname(blob);
  const prefix = `${path.basename(blob)}.`;
  const names = (await readdir(folder)).filter(
    (name) => name.startsWith(prefix) && name.endsWith(".incomplete"),
  );
  const found = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { file, sizeBytes: await sizeOf(file), isFree: isFree(name) };
    }),
  );
  const [longest] = found
    .filter(({ sizeBytes }) => sizeBytes > 0 && sizeBytes <= mostBytes)
    .sort((a, b) => b.sizeBytes - a.sizeBytes || Number(b.isFree) - Number(a.isFree));
  if (longest?.isFree) await rename(longest.file, own);
  else if (longest) await copyFile(longest.file, own, constants.COPYFILE_FICLONE);
  const others = found.filter(({ isFree, file }) => isFree && file !== longest?.file);
  await Promise.all(others.map(({ file }) => rm(file, { force: true })));
}

/** Removes what killed programs left in the cache of a repository: drafts, and downloads that were begun and forgotten. */
export async function removeRemains(root: string, blobs: string, locks: string): Promise<void> {
  await Promise.all([removeDrafts(root, true), removeDrafts(locks)]);
  for (const name of await readdir(blobs)) {
    if (!name.endsWith(".incomplete")) continue;
    const file = path.join(blobs, name);
    const facts = await stat(file).catch(() => undefined);
    if (facts && Date.now() - facts.mtimeMs > REMAINS_MAX_AGE_MS)
      await rm(file, { force: true }).catch(() => undefined);
  }
}

/** Whether no process can be writing to remains of this name. */
function isFree(name: string): boolean {
  const [, pid, place] = /\.(\d+)-([0-9a-f]{12})-[0-9a-f-]{36}\.incomplete$/.exec(name) ?? [];
  return pid === undefined || place === undefined || hasEnded({ pid: Number(pid), place });
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}
