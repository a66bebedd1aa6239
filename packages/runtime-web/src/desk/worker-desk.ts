import { EngineError, type PngSource, type RgbImage } from "@sam2js/core";
import type { DecodeProblem, DecodeRequest } from "../images/decode.js";
import { WorkerLine } from "../worker/worker-line.js";
import type { Desk, WriteRequest } from "./desk.js";

/** The desk in a Web Worker, started by the first call and started anew when it ended on its own. */
export class WorkerDesk implements Desk {
  #line = newLine();
  #isClosed = false;

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
    this.#isClosed = true;
    this.#line.close(reason);
  }

  #call<T>(method: string, argument: unknown, transfer: Transferable[] = []): Promise<T> {
    if (this.#line.isLost && !this.#isClosed) this.#line = newLine();
    return this.#line.call(method, argument, transfer);
  }
}

function newLine(): WorkerLine {
  return new WorkerLine(
    () => new Worker(new URL("./desk-worker.js", import.meta.url), { type: "module", name: "sam2js-desk" }),
    (why) =>
      new EngineError(`The worker for images and files ended (${why}); the next call starts another`, {
        why,
      }),
  );
}
