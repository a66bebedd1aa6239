import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Whoever installs them writes the exit status of the installer into this file at the end. */
const FILE = process.env.SAM2JS_PYTHON_INSTALLED;
/** An installer that was killed writes nothing. */
const PATIENCE_MS = 1_200_000;

/** Waits for the Python programs that CI installs beside the first checks, so that no test finds them missing. */
export async function pythonProgramsCheck() {
  if (FILE === undefined) return { output: "" };
  const until = Date.now() + PATIENCE_MS;
  while (!existsSync(FILE) && Date.now() < until) await sleep(200);
  const status = existsSync(FILE) ? readFileSync(FILE, "utf8").trim() : "nothing";
  return status === "0"
    ? { passed: 1, output: "" }
    : { failed: 1, output: `their installer ended with ${status}` };
}
