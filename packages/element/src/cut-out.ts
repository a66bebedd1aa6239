import { checkOptions } from "@sam2js/core";
import { type Mask, toCutOut } from "@sam2js/masks";

/** How an object is cut out. */
export interface CutOutOptions {
  /** Pixels to leave around the object's box, >= 0. Default 0. */
  readonly padding?: number | undefined;
  /** Type of the file: `"image/png"` (the default), `"image/webp"`, …, as the browser can write it. */
  readonly type?: string | undefined;
  /** Of lossy types, 0 to 1. Default: the browser's. */
  readonly quality?: number | undefined;
}

/** The object alone on transparent ground, as large as its box. @throws {InputError} the mask is empty */
export function cutOut(picture: HTMLCanvasElement, mask: Mask, options: CutOutOptions): HTMLCanvasElement {
  checkOptions(options, ["padding", "type", "quality"], "cut-out options");
  const { width, height } = picture;
  const context = picture.getContext("2d") as CanvasRenderingContext2D;
  const { data } = context.getImageData(0, 0, width, height);
  const { padding = 0 } = options;
  const cut = toCutOut({ data, width, height, channels: 4 }, mask, { padding });
  const canvas = picture.ownerDocument.createElement("canvas");
  Object.assign(canvas, { width: cut.width, height: cut.height });
  const pixels = new ImageData(new Uint8ClampedArray(cut.data), cut.width, cut.height);
  canvas.getContext("2d")?.putImageData(pixels, 0, 0);
  return canvas;
}
