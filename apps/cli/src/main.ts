#!/usr/bin/env node
import { ExitCode } from "./exit-code.js";
import { createProcessIo } from "./io/process-io.js";
import { runProgram } from "./program.js";

const controller = new AbortController();
const interrupt = (): void => {
  if (controller.signal.aborted) process.exit(ExitCode.cancelled); // a second Ctrl-C does not wait
  controller.abort(new DOMException("interrupted", "AbortError"));
};
process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);
// A reader that has seen enough (`sam2 … | head`) is no mistake.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(ExitCode.ok);
});

const status = await runProgram(process.argv.slice(2), createProcessIo(controller.signal));
if (controller.signal.aborted) process.exit(ExitCode.cancelled); // the engine run under way is not waited for
process.exitCode = status;
