import type { Alpha, PixelImage, PngSource, RgbImage } from "@sam2js/core";

/** A picture as it reaches the worker. */
export interface DecodeRequest {
  readonly source: Blob | ImageBitmap | PixelImage;
  /** Of a file: `"JPEG"`. */
  readonly format: string | undefined;
  readonly alpha: Alpha;
}

/** Why there are no pixels. */
export interface DecodeProblem {
  readonly problem: string;
  /** In pixels, where the size is the problem. */
  readonly size?: readonly [width: number, height: number];
}

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
