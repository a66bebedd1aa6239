import type { PngSource, RgbImage } from "@sam2js/core";
import { Mask } from "@sam2js/masks";
import { encodePng } from "@sam2js/runtime-web";
import { Zip, ZipPassThrough } from "fflate";
import type { RleMask } from "../../domain/document.js";
import type { ExportItem, ExportRequest, PhotoInput } from "../../protocol/engine.js";

/** A mask that has pixels. */
export interface Item extends ExportItem {
  readonly rle: RleMask;
}

export interface LabelledPhoto {
  readonly photo: PhotoInput;
  readonly items: readonly Item[];
}

/** What formats write: photos that are named apart, with masks that have pixels. */
export interface ItemsRequest extends ExportRequest {
  readonly photos: readonly LabelledPhoto[];
  /** Names of all classes by their numbers. */
  readonly classes: readonly string[];
}

/** One file. */
export interface Part {
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer> | Blob;
  readonly type: string;
  readonly width?: number;
  readonly height?: number;
}

/** What writers read of photos. */
export interface PhotoReader {
  pixels(photo: PhotoInput): Promise<RgbImage>;
  /** Transparency [height, width], 0 to 255; undefined where all is opaque. */
  alpha(photo: PhotoInput): Promise<Uint8Array | undefined>;
  /** Ends the work. */
  readonly signal: AbortSignal;
}

export type Writer = (request: ItemsRequest, reader: PhotoReader) => Promise<Part[]>;

export async function picture(name: string, source: PngSource): Promise<Part> {
  const { width, height } = source;
  return { name, content: Uint8Array.from(await encodePng(source)), type: "image/png", width, height };
}

export function json(name: string, value: unknown): Part {
  return text(name, `${JSON.stringify(value)}\n`, "application/json");
}

export function text(name: string, content: string, type = "text/plain"): Part {
  return { name, content: new TextEncoder().encode(content), type };
}

/** The photo's own file. */
export function photoPart(folder: string, { name, blob }: PhotoInput): Part {
  return { name: `${folder}/${name}`, content: blob, type: blob.type };
}

/** A zip of the parts, one after the other, so that no more than one file is in memory beside it. */
export async function zipOf(parts: readonly Part[]): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let failure: Error | undefined;
  const zip = new Zip((error, chunk) => {
    if (error) failure = error;
    else chunks.push(new Uint8Array(chunk));
  });
  for (const { name, content } of parts) {
    const file = new ZipPassThrough(name);
    zip.add(file);
    file.push(content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content, true);
  }
  zip.end();
  if (failure) throw failure;
  return new Blob(chunks, { type: "application/zip" });
}

export function masks(items: readonly Item[]): Mask[] {
  return items.map(maskOf);
}

export function maskOf({ rle, score }: Item): Mask {
  return new Mask(rle, score === undefined ? {} : { score });
}

/** Objects without a label are of one class. */
export function classOf({ label }: Pick<ExportItem, "label">): string {
  return label.trim() || "object";
}

export function sizeOf({ width, height }: PhotoInput): readonly [number, number] {
  return [height, width];
}
