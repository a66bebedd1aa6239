import type { PngSource, RgbImage } from "@sam2js/core";
import type { DecodeProblem, DecodeRequest } from "../images/decode.js";

/** A file to be written whole. */
export interface WriteRequest {
  /** Folders and name below the store's root in OPFS. */
  readonly path: readonly string[];
  readonly bytes: Uint8Array;
}

/** Work beside the engine's: pictures, PNG and files. In a worker of its own, so that it waits for no run of the engine. */
export interface Desk {
  decode(request: DecodeRequest): Promise<RgbImage | DecodeProblem>;
  encodePng(image: PngSource): Promise<Uint8Array>;
  /** Writes a file in OPFS; `bytes` are moved. Rejects with the browser's own error. */
  write(request: WriteRequest): Promise<void>;
  close(reason: Error): void;
}
