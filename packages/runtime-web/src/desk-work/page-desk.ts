import type { PngSource, RgbImage } from "@sam2js/core";
import type { DecodeProblem, DecodeRequest, Desk, WriteRequest } from "../desk/desk.js";

const load = async () => (await import("./local-desk.js")).localDesk;

/** The desk in the thread of the caller, for places where workers are not allowed. */
export class PageDesk implements Desk {
  async decode(request: DecodeRequest): Promise<RgbImage | DecodeProblem> {
    return (await load()).decode(request);
  }

  async encodePng(image: PngSource): Promise<Uint8Array> {
    return (await load()).encodePng(image);
  }

  async write(request: WriteRequest): Promise<void> {
    return (await load()).write(request);
  }

  close(): void {}
}
