import { signal } from "@preact/signals";
import { Caller } from "@sam2js/runtime-ort";
import { serve } from "@sam2js/runtime-ort/worker";
import type { OpenedPhoto, PaintRequest } from "../workers/painter/paint-request.js";

/** Goes up when the painter's worker is lost, and the canvas with it: another canvas is needed. */
export const painterLosses = signal(0);

let caller: Caller | undefined;
const blobs = new Map<string, Blob>();

/** Where photos are decoded and the stage is painted: a worker, or this thread where that cannot be had. Started when it is first asked for. */
function painter(): Caller {
  caller ??= startWorker();
  return caller;
}

function startWorker(): Caller {
  const worker = new Worker(new URL("../workers/painter/paint.worker.ts", import.meta.url), {
    type: "module",
    name: "painter",
  });
  const inWorker = new Caller(worker);
  worker.addEventListener("error", (event) => {
    worker.terminate();
    void startHere();
    inWorker.end(new DOMException(`the painter ended: ${event.message}`, "OperationError"));
    painterLosses.value += 1;
  });
  return inWorker;
}

/** Its code comes with the worker; it is fetched for the page too only where it is needed. */
async function startHere(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  caller = new Caller(port2);
  port2.start();
  for (const [id, blob] of blobs) void caller.call("know", { id, blob });
  const { paintMethods } = await import("../workers/painter/paint-methods.js");
  serve(port1, paintMethods());
  port1.start();
}

/** Begins to start the painter, for the first photo to find it there. */
export function preparePainter(): void {
  painter();
}

/** Decodes a photo, and keeps its file for whenever it is seen. @throws {ImageError} it cannot be decoded */
export function openPicture(id: string, blob: Blob): Promise<OpenedPhoto> {
  blobs.set(id, blob);
  return painter().call<OpenedPhoto>("open", { id, blob });
}

/** Calls a picture that was opened otherwise. */
export function renamePicture(from: string, to: string): void {
  const blob = blobs.get(from);
  blobs.delete(from);
  if (blob) blobs.set(to, blob);
  void painter().call("rename", { from, to });
}

/** The canvas belongs to the painter from now on. */
export function attachCanvas(canvas: HTMLCanvasElement): void {
  const given = canvas.transferControlToOffscreen();
  void painter().call("attach", given, { transfer: [given] });
}

/** Ends once the picture is on screen; gives when that was, on the clock of this page. */
export async function paintStage(request: PaintRequest): Promise<number> {
  const transfer = request.image ? [request.image] : [];
  const at = await painter().call<number>("paint", request, { transfer });
  return at - performance.timeOrigin;
}
