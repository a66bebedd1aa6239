import type { StrokeRasteriser } from "./compose.js";

/** Draws a stroke on a canvas of its own size. */
export const drawStroke: StrokeRasteriser = (stroke, width, height, left, top) => {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) return new Uint8Array(width * height);
  context.translate(-left, -top);
  context.lineWidth = 2 * stroke.radius;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  for (let i = 0; i < stroke.path.length; i += 2) {
    const [x = 0, y = 0] = [stroke.path[i], stroke.path[i + 1]];
    if (i === 0) context.moveTo(x, y);
    context.lineTo(x, y);
  }
  context.stroke();
  const { data } = context.getImageData(0, 0, width, height);
  const bits = new Uint8Array(width * height);
  for (let i = 0; i < bits.length; i++) bits[i] = (data[4 * i + 3] ?? 0) > 127 ? 1 : 0;
  return bits;
};
