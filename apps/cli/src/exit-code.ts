/** What the program's exit status says. */
export const ExitCode = {
  ok: 0,
  /** A mistake of ours, or of the machine. */
  failed: 1,
  /** The command line, a prompt or a file is not right. */
  usage: 2,
  /** Some images failed, the others are done. */
  partly: 3,
  /** Interrupted (Ctrl-C). */
  cancelled: 130,
} as const;
