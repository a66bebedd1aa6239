import { type Context, type MaskStyle, paintCutOut, paintMask } from "./paint-masks.js";

/** The part of the stage that a picture of it shows. Lengths in CSS pixels of the stage, except `ratio`: canvas pixels per CSS pixel. */
export interface SceneFrame {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  /** As in the camera: screen = photo · scale + (left, top). */
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

export function isSameFrame(a: SceneFrame, b: SceneFrame): boolean {
  const isSameSize = a.width === b.width && a.height === b.height && a.ratio === b.ratio;
  return isSameSize && a.scale === b.scale && a.left === b.left && a.top === b.top;
}

/** What hides the photo outside the masks; the photo's size in its own pixels. */
export interface Cover {
  readonly width: number;
  readonly height: number;
  readonly color: string;
}

export interface DrawnMask {
  readonly path: Path2D;
  readonly style: MaskStyle;
}

/** From here on, in pixels of the photo. */
export function toPhotoPixels(context: Context, { ratio, scale, left, top }: SceneFrame): void {
  context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * left, ratio * top);
}

/** From here on, in CSS pixels of the stage. */
export function toStagePixels(context: Context, { ratio }: SceneFrame): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
}

/** Paints masks over what is there, lowest first. */
export function paintMasks(
  context: Context,
  frame: SceneFrame,
  cover: Cover | null,
  masks: readonly DrawnMask[],
): void {
  toPhotoPixels(context, frame);
  if (cover) {
    const paths = masks.map(({ path }) => path);
    paintCutOut(context, paths, cover.width, cover.height, cover.color);
  }
  for (const { path, style } of masks) paintMask(context, path, style, frame.scale);
}

/** Takes away what lies outside of the stage's round corners. */
export function cutCorners(context: Context, frame: SceneFrame, radius: number): void {
  const { width, height } = frame;
  context.save();
  toStagePixels(context, frame);
  context.globalCompositeOperation = "destination-out";
  context.beginPath();
  for (const [x, toRight] of [
    [0, radius],
    [width, -radius],
  ] as const) {
    for (const [y, down] of [
      [0, radius],
      [height, -radius],
    ] as const) {
      context.moveTo(x, y);
      context.lineTo(x + toRight, y);
      context.arcTo(x, y, x, y + down, radius);
      context.closePath();
    }
  }
  context.fill();
  context.restore();
}
