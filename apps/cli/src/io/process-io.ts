import type { ConsoleIo } from "./console-io.js";
import { decodeText } from "./decode-text.js";
import { checkTextSize, gather } from "./gather.js";
import { printable } from "./printable.js";

/** The streams of this process. Results go to stdout, everything else to stderr. */
export function createProcessIo(signal: AbortSignal): ConsoleIo {
  return {
    out: (line) => void process.stdout.write(`${printable(line)}\n`),
    note: (line) => void process.stderr.write(`${printable(line)}\n`),
    isInteractive: process.stderr.isTTY === true && process.env.TERM !== "dumb",
    readStdin: async () =>
      decodeText(await gather(process.stdin, (size) => checkTextSize(size, "stdin")), "stdin"),
    signal,
  };
}
