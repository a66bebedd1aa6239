import { EngineError, type PngSource, type RgbImage } from "@sam2js/core";
import { Caller } from "@sam2js/runtime-ort";
import { watchWorker } from "../watch-worker.js";
import type { DecodeProblem, DecodeRequest, Desk, WriteRequest } from "./desk.js";

/** The desk in a Web Worker, started by the first call and started anew when it ended on its own. */
export class WorkerDesk implements Desk {
  #running: { readonly worker: Worker; readonly caller: Caller } | undefined;
  #end: Error | undefined;

  decode(request: DecodeRequest): Promise<RgbImage | DecodeProblem> {
    const { source } = request;
    return this.#call("decode", request, source instanceof ImageBitmap ? [source] : []);
  }

  encodePng(image: PngSource): Promise<Uint8Array> {
    return this.#call("encodePng", image);
  }

  write(request: WriteRequest): Promise<void> {
    const { buffer } = request.bytes;
    return this.#call("write", request, buffer instanceof ArrayBuffer ? [buffer] : []);
  }

  close(reason: Error): void {
    this.#end = reason;
    this.#running?.worker.terminate();
    this.#running?.caller.end(reason);
  }

  async #call<T>(method: string, argument: unknown, transfer: Transferable[] = []): Promise<T> {
    if (this.#end) throw this.#end;
    this.#running ??= this.#start();
    return this.#running.caller.call(method, argument, { transfer });
  }

  #start() {
    // Bundlers recognise a worker by this very form.
    const worker = new Worker(new URL("../desk-work/desk-worker.js", import.meta.url), {
      type: "module",
      name: "sam2js-desk",
    });
    const caller = new Caller(worker);
    watchWorker(worker, (why) => {
      this.#running = undefined;
      caller.end(
        new EngineError(`The worker for images and files ended (${why}); the next call starts another`, {
          why,
        }),
      );
    });
    return { worker, caller };
  }
}
