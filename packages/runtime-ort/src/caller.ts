import { Sam2Error } from "@sam2js/core";
import type { Message, PlainError, Port } from "./worker/messages.js";

/** How one call is done. */
export interface CallOptions {
  /** Aborting rejects at once with the signal's reason and tells the other side; what comes later is dropped. */
  readonly signal?: AbortSignal | undefined;
  /** Is given what the method emits before its result. */
  readonly onEvent?: ((event: unknown) => void) | undefined;
  /** Buffers, bitmaps and ports of the argument that are handed over instead of copied. */
  readonly transfer?: readonly object[] | undefined;
}

/** An error that was thrown in another thread and is none of sam2js: its name and message are those of the original. */
export class RemoteError extends Error {
  /** That of the original. */
  override readonly name: string;

  constructor({ name, message }: PlainError) {
    super(message);
    this.name = name;
  }
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  readonly onEvent: CallOptions["onEvent"];
}

/** Calls what `serve` answers at the other side of a port. */
export class Caller {
  readonly #port: Port;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #end: Error | undefined;

  constructor(port: Port) {
    this.#port = port;
    port.addEventListener("message", ({ data }) => this.#take(data as Message));
  }

  /** @throws what the method threw: errors of sam2js with their code and facts, others as a {@link RemoteError} */
  call<T>(method: string, argument?: unknown, { signal, onEvent, transfer }: CallOptions = {}): Promise<T> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<T>((resolve, reject) => {
      if (this.#end) throw this.#end;
      signal?.throwIfAborted();
      this.#port.postMessage({ id, method, argument } satisfies Message, [...(transfer ?? [])]);
      const onAbort = () => {
        this.#pending.delete(id);
        this.#port.postMessage({ id, isCancelled: true } satisfies Message);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const settle =
        <V>(how: (value: V) => void) =>
        (value: V) => {
          signal?.removeEventListener("abort", onAbort);
          how(value);
        };
      this.#pending.set(id, {
        onEvent,
        resolve: settle(resolve as (value: unknown) => void),
        reject: settle(reject),
      });
    });
  }

  /** Ends every open call and all later ones, for a worker that ended. */
  end(reason: Error): void {
    this.#end ??= reason;
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of calls) reject(this.#end);
  }

  #take(message: Message): void {
    const call = this.#pending.get(message.id);
    if (!call) return;
    if ("event" in message) {
      call.onEvent?.(message.event);
      return;
    }
    this.#pending.delete(message.id);
    if ("error" in message) call.reject(fromPlain(message.error));
    else if ("value" in message) call.resolve(message.value);
  }
}

function fromPlain(error: PlainError): Error {
  const { name, message, code, facts } = error;
  if (code) return Object.assign(new Sam2Error(code, message, facts), { name });
  return name === "AbortError" ? new DOMException(message, name) : new RemoteError(error);
}
