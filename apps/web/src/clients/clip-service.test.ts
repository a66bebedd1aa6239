import type { Port } from "@sam2js/runtime-ort";
import { serve } from "@sam2js/runtime-ort/worker";
import { afterEach, describe, expect, it } from "vitest";
import { ClipService, type ClipWorker } from "./clip-service.js";

const ports: MessagePort[] = [];

/** A worker on this thread. Once it "hangs" it answers nothing, pings neither. */
function spawn(methods: Parameters<typeof serve>[1], log: string[]): ClipWorker {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  port1.start();
  port2.start();
  serve(port1 as unknown as Port, { ping: async () => undefined, ...methods });
  return {
    postMessage: (message: unknown, transfer?: never) => port2.postMessage(message, transfer ?? []),
    addEventListener: (type: string, listener: never) => {
      if (type === "message") port2.addEventListener("message", listener);
    },
    terminate: () => {
      log.push("ended");
      port1.close();
      port2.close();
    },
  } as ClipWorker;
}

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

const never = () => new Promise<never>(() => undefined);
const video = { id: "v", name: "broken.mp4", blob: new Blob([]) };
const facts = { width: 2, height: 2, times: Float64Array.of(0), duration: 1 };

describe("the worker that reads videos", () => {
  it("is ended where it answers nothing more, and another one opens the video again", async () => {
    const log: string[] = [];
    let hangs = true;
    const service = new ClipService({
      stalledMs: 100,
      spawn: () => {
        log.push("begun");
        const hangsNow = hangs;
        return spawn(
          {
            // A thread in a loop answers nothing at all.
            ...(hangsNow && { ping: never }),
            open: async () => {
              log.push("open");
              return facts;
            },
            frame: async ({ index }: { index: number }) => (hangsNow ? never() : { index }),
          },
          log,
        );
      },
    });
    await service.open(video);
    await expect(service.frame("v", 0, [])).rejects.toMatchObject({ code: "VIDEO_STALLED" });
    expect(log).toEqual(["begun", "open", "ended"]);
    hangs = false;
    expect(await service.frame("v", 3, [])).toEqual({ index: 3 });
    expect(await service.frame("v", 4, [])).toEqual({ index: 4 });
    expect(log).toEqual(["begun", "open", "ended", "begun", "open"]);
  });

  it("is let be while it lives, however long a frame takes", async () => {
    const log: string[] = [];
    const slow = async ({ index }: { index: number }) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return { index };
    };
    const methods = { open: async () => facts, frame: slow };
    const service = new ClipService({ stalledMs: 100, spawn: () => spawn(methods, log) });
    await service.open(video);
    expect(await service.frame("v", 0, [])).toEqual({ index: 0 });
    expect(log).toEqual([]);
  });

  it("does not keep a video that cannot be opened", async () => {
    const log: string[] = [];
    const service = new ClipService({
      stalledMs: 100,
      spawn: () => spawn({ ping: never, open: never }, log),
    });
    await expect(service.open(video)).rejects.toMatchObject({
      code: "VIDEO_STALLED",
      facts: { name: "broken.mp4" },
    });
    expect(log).toEqual(["ended"]);
  });
});
