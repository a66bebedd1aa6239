/** One call that crosses to a worker. */
export interface WorkerCall {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

/** What comes back: the answer to a call, or the news that the worker cannot go on. */
export type WorkerReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: WorkerFailure }
  | { readonly lost: string };

/** An error as plain data. */
export interface WorkerFailure {
  readonly name: string;
  readonly message: string;
}

/** An error that was thrown in a worker: its name and message are those of the original. */
export class RemoteError extends Error {
  override readonly name: string;

  constructor({ name, message }: WorkerFailure) {
    super(message);
    this.name = name;
  }
}
