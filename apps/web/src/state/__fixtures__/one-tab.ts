import { serve } from "@sam2js/runtime-ort/worker";
import { vi } from "vitest";
import { SIDE } from "./late-engine.js";
import { MemoryFolder } from "./memory-folder.js";

/** What a browser gives a page beside the language: a private file system, locks, a worker that opens pictures; and clocks that stand still. */
export function beBrowser(device = new MemoryFolder()): MemoryFolder {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const request = async (_: string, __: LockOptions, held: (lock: object) => unknown) => held({});
  const globals = {
    navigator: {
      storage: { getDirectory: async () => device, estimate: async () => ({ quota: 1e9, usage: 0 }) },
      locks: { request },
    },
    document: {
      documentElement: { dataset: {} },
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    },
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    Worker: PictureWorker,
  };
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  return device;
}

/** What was asked of the worker that opens pictures. */
export const askedOfPainter: string[] = [];

/** Opens every picture as one of the same size. */
class PictureWorker {
  constructor() {
    const { port1, port2 } = new MessageChannel();
    const noted =
      <T>(method: string, answer: T) =>
      async () => {
        askedOfPainter.push(method);
        return answer;
      };
    serve(port1, {
      open: noted("open", { width: SIDE, height: SIDE, small: { width: 0 } }),
      rename: noted("rename", null),
    });
    port1.start();
    port2.start();
    // Node's ports keep a process alive.
    for (const port of [port1, port2]) (port as unknown as { unref(): void }).unref();
    // biome-ignore lint/correctness/noConstructorReturn: a port is what a page has of a worker
    return port2 as unknown as PictureWorker;
  }
}

/** What is to be done at once is done. */
export function breathe(): Promise<void> {
  return new Promise(setImmediate);
}
