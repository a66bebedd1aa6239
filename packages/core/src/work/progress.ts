/** One step of long work. */
export interface ProgressEvent {
  /** What is being done: `"resolve"`, `"download"`, `"verify"`, `"build"`, `"load"`, `"generate"`, `"track"`. */
  readonly phase: string;
  /** The file or image that is worked on. */
  readonly name?: string;
  /** How much is done, in `unit`s. */
  readonly done: number;
  /** Of how much; missing while unknown. */
  readonly total?: number;
  /** What `done` and `total` count: bytes of a transfer, items such as files, images or tensors, steps of a computation. */
  readonly unit: "bytes" | "items" | "steps";
}

/** Is told of each step when it happens; steps of work that runs side by side interleave. */
export type OnProgress = (event: ProgressEvent) => void;

/** What long calls take. */
export interface WorkOptions {
  /** Aborting rejects the call with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** Is told how far the work is; see {@link ProgressEvent}. */
  readonly onProgress?: OnProgress | undefined;
}
