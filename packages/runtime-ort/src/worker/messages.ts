import type { Sam2ErrorCode } from "@sam2js/core";

/** One side of a channel between threads. Workers, message ports and the global of a worker fit. */
export interface Port {
  /** @param transfer  buffers, bitmaps and ports that are moved, not copied */
  postMessage(message: unknown, transfer?: object[]): void;
  /** Hears what the other side posts. */
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

/** An error as plain data; `code` and `facts` where it is one of sam2js. */
export interface PlainError {
  /** Of its class. */
  readonly name: string;
  /** For people. */
  readonly message: string;
  /** For programs. */
  readonly code?: Sam2ErrorCode | undefined;
  /** Those that can cross: texts, numbers and booleans. */
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
}

/** What crosses between a `Caller` and `serve`. */
export type Message =
  | { readonly id: number; readonly method: string; readonly argument: unknown }
  | { readonly id: number; readonly isCancelled: true }
  | { readonly id: number; readonly event: unknown }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: PlainError };

/** What a served method gets beside its argument. */
export interface CallContext {
  /** Aborts when the caller gives up. */
  readonly signal: AbortSignal;
  /** Sends a partial result to the caller. */
  emit(event: unknown): void;
}

/** The methods that a thread serves, by name. */
export type Served = Readonly<Record<string, (argument: never, context: CallContext) => unknown>>;
