import { copyFile, mkdir, readlink, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { draftPath } from "./drafts.js";
import { errorCode } from "./store-error.js";
import { renameOver } from "./write-file-whole.js";

/** Makes a link; replaced in tests by one that has no right to. */
export type MakeLink = (target: string, linkPath: string) => Promise<void>;

const makeLink: MakeLink = (target, linkPath) => symlink(target, linkPath);

/**
 * Shows a blob under its name in a snapshot: a relative link, or a copy where links are not allowed (Windows without
 * developer mode), as Python's library does.
 *
 * @returns once a reader sees the whole file or what was there before, nothing in between
 */
export async function linkBlob(blob: string, pointer: string, link: MakeLink = makeLink): Promise<void> {
  const folder = path.dirname(pointer);
  const target = path.relative(folder, blob);
  if ((await readlink(pointer).catch(() => undefined)) === target) return;
  await mkdir(folder, { recursive: true });
  const draft = draftPath(pointer);
  try {
    await link(target, draft).catch(async (error) => {
      const code = errorCode(error);
      if (code !== "EPERM" && code !== "EACCES" && code !== "ENOSYS" && code !== "ENOTSUP") throw error;
      await copyFile(blob, draft);
    });
    await renameOver(draft, pointer);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
