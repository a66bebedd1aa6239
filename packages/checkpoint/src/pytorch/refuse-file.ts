import { CheckpointError } from "@sam2js/core";

/** Refuses a file: names it (or a part of it), what was expected, what came, and what to do. */
export function refuseFile(where: string, expected: string, got: string, next: string): never {
  throw new CheckpointError(`${where}: expected ${expected}, got ${got}; ${next}`, {
    name: where,
    expected,
    got,
  });
}
