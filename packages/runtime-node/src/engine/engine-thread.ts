import { MessageChannel, type MessagePort, SHARE_ENV, type Transferable, Worker } from "node:worker_threads";
import { type EnginePort, engineLost, type Message } from "@sam2js/runtime-ort";
import { guardExit, unguardExit } from "./exit-guard.js";

/** What a thread is started with. */
export interface ThreadData {
  /** See `run-state.mjs`. */
  readonly state: Int32Array;
  /** Where its calls come from; from the thread that started it when missing. */
  readonly port?: MessagePort;
}

const ENTRY = new URL("./engine-worker.mjs", import.meta.url);

/**
 * A thread with an engine in it. It keeps the process alive only while a call is unanswered, and the process waits for the call under way
 * when it ends.
 */
export class EngineThread implements EnginePort {
  readonly #channel: Worker | MessagePort;
  readonly #state: Int32Array;
  readonly #end: () => unknown;
  #unanswered = 0;
  #onIdle: () => void = () => undefined;

  private constructor(channel: Worker | MessagePort, state: Int32Array, end: () => unknown) {
    this.#channel = channel;
    this.#state = state;
    this.#end = end;
    channel.unref();
  }

  /** Starts a worker thread. @param onLost  is told why it ended on its own */
  static start(onLost: (reason: Error) => void, entry = ENTRY): EngineThread {
    const state = guardExit();
    const worker = new Worker(entry, {
      name: "sam2js-engine",
      workerData: { state } satisfies ThreadData,
      // Flags of the program (loaders, --input-type) are not meant for this thread.
      execArgv: [],
      env: SHARE_ENV,
    });
    const thread = new EngineThread(worker, state, () => worker.terminate());
    const lost = (reason: Error) => {
      onLost(reason);
      thread.#ended();
    };
    worker.on("error", (error: Error & { code?: string }) => {
      const isMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      lost(engineLost(error.message, isMemory ? "OUT_OF_MEMORY" : "DEVICE_LOST"));
    });
    worker.on("messageerror", (error) => {
      lost(engineLost(error.message));
      void worker.terminate();
    });
    worker.on("exit", (code) => lost(engineLost(`exit code ${code}`)));
    return thread;
  }

  /** Has this thread start another one, which does with tiny numbers what this one does. It ends with this one at the latest. */
  beside(onLost: (reason: Error) => void): EngineThread {
    const { port1: here, port2: port } = new MessageChannel();
    const state = guardExit();
    const thread = new EngineThread(here, state, () => here.close());
    here.on("close", () => {
      onLost(engineLost("its port closed"));
      thread.#ended();
    });
    // Nobody waits for the answer: calls of a `Caller` have numbers from 1 on.
    const birth: Message = { id: 0, method: "beside", argument: { state, port } satisfies ThreadData };
    this.postMessage(birth, [port]);
    return thread;
  }

  postMessage(message: unknown, transfer: object[] = []): void {
    this.#unanswered += 1;
    this.#channel.ref();
    this.#channel.postMessage(message, transfer as Transferable[]);
  }

  addEventListener(_: "message", listener: (event: { readonly data: unknown }) => void): void {
    this.#channel.on("message", (data: unknown) => {
      listener({ data });
      this.#unanswered -= 1;
      if (this.#unanswered === 0) this.#idle();
    });
  }

  /** Ends it, after the call under way. */
  async end(): Promise<void> {
    if (this.#unanswered > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    await this.#end();
    this.#ended();
  }

  #idle(): void {
    this.#channel.unref();
    this.#onIdle();
  }

  #ended(): void {
    unguardExit(this.#state);
    this.#unanswered = 0;
    this.#idle();
  }
}
