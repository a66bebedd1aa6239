/** One step of long work. */
export interface ProgressEvent {
  /** What is being done: `"resolve"`, `"download"`, `"verify"`, `"build"`, `"load"`, `"encode"`, `"decode"`, `"generate"`. */
  readonly phase: string;
  /** The file or image that is worked on. */
  readonly name?: string;
  /** How much is done, in `unit`s. */
  readonly done: number;
  /** Of how much; missing while unknown. */
  readonly total?: number;
  readonly unit: "bytes" | "items" | "steps";
}

export type OnProgress = (event: ProgressEvent) => void;

/** What long calls take. */
export interface WorkOptions {
  /** Aborting rejects the call with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}
