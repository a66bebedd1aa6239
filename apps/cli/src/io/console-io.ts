/** What a command talks to: real streams in the program, arrays in tests. */
export interface ConsoleIo {
  /** Results: what a script would read. */
  out(line: string): void;
  /** Remarks, warnings, progress: what a person reads. */
  note(line: string): void;
  /** Whether remarks go to a terminal that can redraw a line. */
  readonly isInteractive: boolean;
  /** All of standard input, as text without a byte order mark. @throws {InputError} it is neither UTF-8 nor UTF-16 */
  readStdin(): Promise<string>;
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal;
}

/** Where nobody reads: for processes that another one started. */
export const SILENT: Omit<ConsoleIo, "signal"> = {
  out: () => undefined,
  note: () => undefined,
  isInteractive: false,
  readStdin: async () => "",
};
