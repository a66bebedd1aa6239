import { type MaskScene, paintScene } from "./mask-scene.js";
import type { MaskStyle } from "./paint-masks.js";

/** A scene whose masks are known by numbers. */
export interface PaintRequest extends Omit<MaskScene, "masks"> {
  readonly number: number;
  readonly masks: readonly { readonly id: number; readonly style: MaskStyle }[];
  /** Borders that were not sent before, by number. */
  readonly paths: readonly (readonly [number, string])[];
  /** Borders of the scene are the only ones that are still needed. */
  readonly isWhole: boolean;
  /** What is painted on, in canvas pixels of the stage: left, top, width, height. */
  readonly area: readonly [number, number, number, number];
}

export interface Painted {
  readonly number: number;
  readonly bitmap: ImageBitmap;
}

/** The part of a worker's global that is used here. */
interface Scope {
  postMessage(painted: Painted, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<PaintRequest>) => void): void;
}

const scope = globalThis as unknown as Scope;
let paths = new Map<number, Path2D>();
const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext("2d");

scope.addEventListener("message", ({ data: request }) => {
  if (!context) return;
  for (const [id, text] of request.paths) paths.set(id, new Path2D(text));
  const masks = request.masks.flatMap(({ id, style }) => {
    const path = paths.get(id);
    return path ? [{ id, path, style }] : [];
  });
  if (request.isWhole) paths = new Map(masks.map(({ id, path }) => [id, path]));
  const [left, top, width, height] = request.area;
  canvas.width = width;
  canvas.height = height;
  paintScene(context, request, masks, [left, top]);
  const bitmap = canvas.transferToImageBitmap();
  scope.postMessage({ number: request.number, bitmap }, [bitmap]);
});
