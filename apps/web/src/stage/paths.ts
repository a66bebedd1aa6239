import type { MaskView } from "../protocol/engine.js";

const paths = new WeakMap<MaskView, Path2D>();
const byText = new Map<string, Path2D>();
let prober: CanvasRenderingContext2D | null | undefined;

/** The border of a mask, made once. */
export function pathOf(view: MaskView): Path2D {
  let path = paths.get(view);
  if (!path) {
    path = new Path2D(view.path);
    paths.set(view, path);
  }
  return path;
}

/** Whether a place (x, y) in pixels of the photo is inside a border. */
export function isInsidePath(text: string, { x, y }: { readonly x: number; readonly y: number }): boolean {
  let path = byText.get(text);
  if (!path) {
    if (byText.size > 400) byText.clear();
    path = new Path2D(text);
    byText.set(text, path);
  }
  prober ??= document.createElement("canvas").getContext("2d");
  return prober?.isPointInPath(path, x, y, "evenodd") ?? false;
}
