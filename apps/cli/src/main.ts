#!/usr/bin/env node
import { ExitCode } from "./exit-code.js";
import { createProcessIo } from "./io/process-io.js";
import { runProgram } from "./program.js";

const controller = new AbortController();
const interrupt = (): void => controller.abort(new DOMException("interrupted", "AbortError"));
// The first Ctrl-C lets the engine's run under way end; the second finds no listener and ends the process as ever.
process.once("SIGINT", interrupt);
process.once("SIGTERM", interrupt);
// A reader that has seen enough (`sam2 … | head`) is no mistake.
let hasReader = true;
process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
  if (code !== "EPIPE") {
    process.stderr.write(`sam2: results cannot be printed (${message})\n`);
    process.exit(ExitCode.failed);
  }
  hasReader = false;
  interrupt();
});
process.stderr.on("error", () => undefined);

const status = await runProgram(process.argv.slice(2), createProcessIo(controller.signal));
if (!hasReader) process.exit(ExitCode.ok);
if (status === ExitCode.cancelled) {
  process.stderr.write("sam2: interrupted; every file that is there is whole\n");
  process.exit(ExitCode.cancelled);
}
process.exitCode = status;
