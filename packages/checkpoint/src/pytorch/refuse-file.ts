import { CheckpointError } from "@sam2js/core";

/** Refuses a file: names it (or a part of it), what was expected, what came, and what to do. An expression, unlike `throw`. */
export function refuseFile(where: string, expected: string, got: string, next: string): never {
  throw CheckpointError.expected(where, expected, got, next);
}
