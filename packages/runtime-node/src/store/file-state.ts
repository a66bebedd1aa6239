import type { Stats } from "node:fs";
import type { FileState } from "@sam2js/core";

/** What tells whether a file is still the same. */
export function stateOf({ size, mtimeMs, ino }: Stats): FileState {
  return { sizeBytes: size, modifiedMs: mtimeMs, inode: ino };
}

/** Whether a file is the one that was looked at, and nobody has written to it. */
export function isInState(file: FileState, state: FileState): boolean {
  return (
    file.inode === state.inode && file.sizeBytes === state.sizeBytes && file.modifiedMs === state.modifiedMs
  );
}
