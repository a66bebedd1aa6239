/** What a command talks to: real streams in the program, arrays in tests. */
export interface ConsoleIo {
  /** Results: what a script would read. */
  out(line: string): void;
  /** Remarks, warnings, progress: what a person reads. */
  note(line: string): void;
  readonly isInteractive: boolean;
  readStdin(): Promise<string>;
  readonly signal: AbortSignal;
}
