import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gitFiles } from "../run.mjs";
import { root } from "../workspace.mjs";

/** What a check has found that looks for faults, one line for each: passed when there is none. */
export function complaintsResult(complaints) {
  const failed = complaints.length;
  return { passed: failed === 0 ? 1 : 0, failed, output: complaints.join("\n") };
}

/** A check of source files one by one: those whose name is like `wanted` and not like `left`; `complaintsOf(file, text)` lists a file's faults. */
export async function sourcesCheck(wanted, left, complaintsOf) {
  const files = (await gitFiles()).filter((name) => wanted.test(name) && !left.test(name));
  return complaintsResult(
    files.flatMap((file) => complaintsOf(file, readFileSync(join(root, file), "utf8"))),
  );
}
