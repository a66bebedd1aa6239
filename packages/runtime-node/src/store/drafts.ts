import { randomUUID } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { checkText } from "@sam2js/core";
import { fileOwner, hasEnded } from "./file-owner.js";

const DRAFT = /^\.sam2js-(\d+)-([0-9a-f]{12})-[0-9a-f-]{36}\.draft$/;

/** Whoever writes a small file for a day is gone, on whatever machine it was. */
const DRAFT_MAX_AGE_MS = 24 * 60 * 60_000;

/** A name beside a file, for its content until it is whole. It names its process, so that a later one can tell what was left behind. */
export function draftPath(file: string): string {
  const { pid, place } = fileOwner();
  // Not made of the file's name, to which a long name would leave no room.
  return path.join(path.dirname(file), `.sam2js-${pid}-${place}-${randomUUID()}.draft`);
}

/**
 * Removes what killed programs left of their writes in a folder: drafts of processes that have ended, or older than a day. A folder that is
 * not there, or cannot be read or changed, is left as it is.
 *
 * @param isDeep  whether folders below are searched too
 */
export async function removeDrafts(folder: string, isDeep = false): Promise<void> {
  checkText(folder, "folder", "the path of a folder");
  const names = await readdir(folder, { recursive: isDeep }).catch(() => []);
  for (const name of names) {
    const [, pid, place] = DRAFT.exec(path.basename(name)) ?? [];
    if (pid === undefined || place === undefined) continue;
    const file = path.join(folder, name);
    if (hasEnded({ pid: Number(pid), place }) || (await isOld(file)))
      await rm(file, { force: true }).catch(() => undefined);
  }
}

async function isOld(file: string): Promise<boolean> {
  const facts = await stat(file).catch(() => undefined);
  return facts !== undefined && Date.now() - facts.mtimeMs > DRAFT_MAX_AGE_MS;
}
