import type { ConsoleIo } from "../io/console-io.js";

/** Streams that remember. */
export function createFakeIo(stdin = ""): ConsoleIo & { readonly outs: string[]; readonly notes: string[] } {
  const outs: string[] = [];
  const notes: string[] = [];
  return {
    outs,
    notes,
    out: (line) => void outs.push(line),
    note: (line) => void notes.push(line),
    isInteractive: false,
    readStdin: async () => stdin,
    signal: new AbortController().signal,
  };
}
