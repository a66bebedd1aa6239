import { MessageChannel, type Transferable, Worker } from "node:worker_threads";
import { engineLost } from "./engine-error.js";
import type { EngineBirth, EngineReply, EngineSettings } from "./protocol.js";

/** A thread with an engine in it, as its {@link WorkerEngine} sees it. It keeps the process alive only between `ref` and `unref`. */
export interface EngineThread {
  post(message: unknown, transfer: readonly Transferable[]): void;
  ref(): void;
  unref(): void;
  /** Ends it; not within a run, which would take the process with it. */
  end(): Promise<void>;
}

export interface ThreadEvents {
  onReply(reply: EngineReply): void;
  /** It ended, on its own or not. */
  onEnd(reason: Error): void;
}

/** Starts a worker thread. */
export function startThread(entry: URL, settings: EngineSettings, events: ThreadEvents): EngineThread {
  const worker = new Worker(entry, {
    name: "sam2js-engine",
    workerData: settings,
    // Flags of the program (loaders, --input-type) are not meant for this thread.
    execArgv: [],
  });
  worker.unref();
  worker.on("message", (reply: EngineReply) => events.onReply(reply));
  worker.on("error", (error: Error & { code?: string }) => {
    const isMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
    events.onEnd(engineLost(error.message, isMemory ? "OUT_OF_MEMORY" : "DEVICE_LOST"));
  });
  worker.on("messageerror", (error) => {
    events.onEnd(engineLost(error.message));
    void worker.terminate();
  });
  worker.on("exit", (code) => events.onEnd(engineLost(`exit code ${code}`)));
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    ref: () => worker.ref(),
    unref: () => worker.unref(),
    end: async () => {
      await worker.terminate();
    },
  };
}

/** Has a worker thread start another one, which does with tiny numbers what that one does. It ends with its parent at the latest. */
export function startThreadIn(
  parent: EngineThread,
  settings: EngineSettings,
  events: ThreadEvents,
): EngineThread {
  const { port1: here, port2: port } = new MessageChannel();
  const birth: EngineBirth = { settings, port };
  parent.post(birth, [port]);
  here.on("message", (reply: EngineReply) => events.onReply(reply));
  here.on("close", () => events.onEnd(engineLost("its port closed")));
  here.unref();
  return {
    post: (message, transfer) => here.postMessage(message, transfer),
    ref: () => here.ref(),
    unref: () => here.unref(),
    end: async () => here.close(),
  };
}
