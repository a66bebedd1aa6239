import { rleToBitmap } from "@sam2js/masks";
import type { RleMask } from "../../domain/document.js";
import type { VideoTrackItem } from "../../protocol/clip.js";
import { toMaskView } from "../mask-view.js";
import type { ClipFrame } from "./clip.js";

export interface FrameMask {
  readonly item: VideoTrackItem;
  readonly rle: RleMask;
  readonly score: number;
}

const FILL = 0.42;

/** Draws a frame with its masks as the page shows them: tint and a line of two tones, at most as thick as a small video bears. */
export async function drawFrame(
  canvas: OffscreenCanvas,
  frame: ClipFrame,
  masks: readonly FrameMask[],
): Promise<void> {
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = await createImageBitmap(await frame.pixels());
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const line = Math.max(1, Math.max(canvas.width, canvas.height) / 640);
  context.lineJoin = "round";
  for (const { item, rle } of masks) {
    const path = new Path2D(toMaskView(rle).path);
    context.globalAlpha = FILL;
    context.fillStyle = item.color;
    context.fill(path, "evenodd");
    for (const [color, width, alpha] of [
      ["#000000", 2.6 * line, 0.5],
      [item.color, 1.6 * line, 1],
    ] as const) {
      context.globalAlpha = alpha;
      context.strokeStyle = color;
      context.lineWidth = width;
      context.stroke(path);
    }
    context.globalAlpha = 1;
  }
}

/** Draws what the masks hold of a frame, pixel by pixel, and leaves the rest transparent. */
export async function drawCutOut(
  canvas: OffscreenCanvas,
  frame: ClipFrame,
  masks: readonly FrameMask[],
): Promise<void> {
  const context = canvas.getContext("2d");
  if (!context) return;
  const pixels = await frame.pixels();
  const isInside = new Uint8Array(pixels.width * pixels.height);
  for (const { rle } of masks) {
    const { data } = rleToBitmap(rle);
    for (let i = 0; i < isInside.length; i++) if (data[i]) isInside[i] = 1;
  }
  for (let i = 0; i < isInside.length; i++) if (!isInside[i]) pixels.data[4 * i + 3] = 0;
  const image = await createImageBitmap(pixels);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
}
