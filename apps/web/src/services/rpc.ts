import { Sam2Error, type Sam2ErrorCode } from "@sam2js/core";

/** One side of a channel between page and worker. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

/** What a served method gets beside its argument. */
export interface CallContext {
  readonly signal: AbortSignal;
  /** Sends a partial result to the caller. */
  emit(event: unknown): void;
}

export type Served = Readonly<Record<string, (argument: never, context: CallContext) => Promise<unknown>>>;

interface PlainError {
  readonly name: string;
  readonly code: Sam2ErrorCode;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

type Message =
  | { readonly kind: "call"; readonly id: number; readonly method: string; readonly argument: unknown }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "event"; readonly id: number; readonly event: unknown }
  | { readonly kind: "result"; readonly id: number; readonly result: unknown }
  | { readonly kind: "error"; readonly id: number; readonly error: PlainError };

const transfers = new WeakMap<object, Transferable[]>();

/** A result or event that hands things over instead of copying them: the sender has them no more. */
export function handingOver<T extends object>(value: T, things: readonly Transferable[]): T {
  transfers.set(value, [...things]);
  return value;
}

function transfersOf(value: unknown): Transferable[] {
  return typeof value === "object" && value !== null ? (transfers.get(value) ?? []) : [];
}

/** Answers calls that arrive at a port. */
export function serve(port: Port, methods: Served): void {
  const running = new Map<number, AbortController>();
  port.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    if (data.kind === "cancel") running.get(data.id)?.abort(new DOMException("cancelled", "AbortError"));
    if (data.kind !== "call") return;
    const { id, method, argument } = data;
    const controller = new AbortController();
    running.set(id, controller);
    const context = {
      signal: controller.signal,
      emit: (event: unknown) => port.postMessage({ kind: "event", id, event }, transfersOf(event)),
    };
    const answer = Promise.resolve().then(() => methods[method]?.(argument as never, context));
    answer
      .then(
        (result) => port.postMessage({ kind: "result", id, result }, transfersOf(result)),
        (error) => port.postMessage({ kind: "error", id, error: toPlain(error) }),
      )
      .finally(() => running.delete(id));
  });
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  onEvent: ((event: unknown) => void) | undefined;
}

/** Calls what is served at the other side of a port. */
export class Caller {
  readonly #port: Port;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;

  constructor(port: Port) {
    this.#port = port;
    port.addEventListener("message", ({ data }: MessageEvent<Message>) => {
      const call = this.#pending.get(data.id);
      if (!call) return;
      if (data.kind === "event") call.onEvent?.(data.event);
      if (data.kind === "result") call.resolve(data.result);
      if (data.kind === "error") call.reject(fromPlain(data.error));
      if (data.kind === "result" || data.kind === "error") this.#pending.delete(data.id);
    });
  }

  /** An abort rejects at once with the signal's reason; what comes later is dropped. */
  call<T>(
    method: string,
    argument: unknown,
    { signal, onEvent }: { signal?: AbortSignal | undefined; onEvent?: (event: unknown) => void } = {},
  ): Promise<T> {
    const id = this.#nextId++;
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#pending.delete(id);
        this.#port.postMessage({ kind: "cancel", id });
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const settle = () => signal?.removeEventListener("abort", onAbort);
      this.#pending.set(id, {
        onEvent,
        resolve(value) {
          settle();
          resolve(value as T);
        },
        reject(error) {
          settle();
          reject(error);
        },
      });
      this.#port.postMessage({ kind: "call", id, method, argument }, transfersOf(argument));
    });
  }

  /** Ends every open call, for a worker that died. */
  fail(error: unknown): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

function toPlain(error: unknown): PlainError {
  if (Sam2Error.isInstance(error)) {
    const facts = Object.fromEntries(
      Object.entries(error.facts).filter(
        ([, value]) => typeof value === "string" || typeof value === "number",
      ),
    );
    return { name: error.name, code: error.code, message: error.message, facts };
  }
  const isAbort = error instanceof DOMException && error.name === "AbortError";
  const message = error instanceof Error ? error.message : String(error);
  return {
    name: isAbort ? "AbortError" : "Error",
    code: "UNEXPECTED",
    message,
    facts: {},
  };
}

function fromPlain({ name, code, message, facts }: PlainError): unknown {
  return name === "AbortError" ? new DOMException(message, name) : new Sam2Error(code, message, facts);
}
