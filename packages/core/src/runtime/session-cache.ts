import { DisposedError } from "../errors/errors.js";
import type { Runtime } from "./runtime.js";
import type { Session, SessionDescription, SessionOptions, ValueTypes } from "./session.js";

/** Sessions of one model, made when first wanted and kept until the model is disposed of. */
export class SessionCache {
  readonly #runtime: Runtime;
  readonly #owner: string;
  readonly #sessions = new Map<string, Promise<Session>>();
  #isDisposed = false;

  /** @param owner  what messages call the model */
  constructor(runtime: Runtime, owner: string) {
    this.#runtime = runtime;
    this.#owner = owner;
  }

  /**
   * The session under `key`, made from `describe()` on the first call. One that failed is tried again on the next call. A signal
   * belongs to a call and not to the session, which others may be waiting for: callers race it themselves.
   */
  get<I extends ValueTypes, O extends ValueTypes>(
    key: string,
    describe: () => SessionDescription<I, O>,
    options: Pick<SessionOptions, "sideBySide"> = {},
  ): Promise<Session<I, O>> {
    this.assertUsable();
    const known = this.#sessions.get(key);
    if (known) return known as Promise<Session<I, O>>; // a key stands for one kind of graph
    const made = Promise.resolve().then(() => this.#runtime.createSession(describe(), options));
    this.#sessions.set(key, made as Promise<Session>);
    made.catch(() => this.#sessions.delete(key));
    return made;
  }

  /** @throws {DisposedError} after `dispose()` */
  assertUsable(): void {
    if (this.#isDisposed) throw new DisposedError(this.#owner);
  }

  /** Ends all sessions. Calling it twice is allowed. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    const made = await Promise.allSettled(sessions);
    await Promise.all(
      made.map((result) => (result.status === "fulfilled" ? result.value.dispose() : undefined)),
    );
  }
}
