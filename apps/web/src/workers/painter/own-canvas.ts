import type { SceneFrame } from "./mask-scene.js";

/** A canvas of the stage's size that nobody sees, kept between pictures. */
export class OwnCanvas {
  readonly canvas = new OffscreenCanvas(1, 1);
  readonly context = this.canvas.getContext("2d");

  /** Empty, and as large as the stage. */
  empty({ width, height, ratio }: SceneFrame): OffscreenCanvasRenderingContext2D | null {
    fitTo(this.canvas, width * ratio, height * ratio);
    this.context?.setTransform(1, 0, 0, 1, 0, 0);
    this.context?.clearRect(0, 0, this.canvas.width, this.canvas.height);
    return this.context;
  }
}

/** Sets a canvas's size where it is another one: setting it empties the canvas. */
export function fitTo(canvas: OffscreenCanvas, width: number, height: number): void {
  const [w, h] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
}
