import { UnsupportedError } from "@sam2js/core";

/**
 * Reads what is drawn on one canvas that is kept: browsers do not count canvases for the garbage collector, and let old ones lie for long.
 */
export class DrawnPixels {
  #canvas: OffscreenCanvas | undefined;

  /** @param draw  on a clear canvas of that size  @returns RGBA, a copy */
  read(width: number, height: number, draw: (context: OffscreenCanvasRenderingContext2D) => void): ImageData {
    const canvas = this.#canvasOf(width, height);
    const context = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
    if (!context) throw UnsupportedError.expected("video", "a browser with canvases in workers", "none");
    context.clearRect(0, 0, width, height);
    draw(context);
    return context.getImageData(0, 0, width, height);
  }

  #canvasOf(width: number, height: number): OffscreenCanvas {
    if (this.#canvas?.width === width && this.#canvas.height === height) return this.#canvas;
    this.#canvas = new OffscreenCanvas(width, height);
    return this.#canvas;
  }
}
