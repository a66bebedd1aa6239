import type { Stats } from "node:fs";
import { CheckpointError, type FileState } from "@sam2js/core";

/** What tells whether a file is still the same. */
export function stateOf({ size, mtimeMs, ino }: Stats): FileState {
  return { sizeBytes: size, modifiedMs: mtimeMs, inode: ino };
}

/** @throws {CheckpointError} another file is in the place of the one that was opened, or somebody has written to it */
export function assertUnchanged(file: FileState, state: FileState | undefined, filePath: string): void {
  if (!state || isInState(file, state)) return;
  throw CheckpointError.expected(
    filePath,
    "the file that the model was opened with",
    "another one, or one that was written to since",
    "load the model again: half of it would be of the new file",
  );
}

function isInState(file: FileState, state: FileState): boolean {
  return (
    file.inode === state.inode && file.sizeBytes === state.sizeBytes && file.modifiedMs === state.modifiedMs
  );
}
