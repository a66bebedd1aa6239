import type { MaskView } from "../services/engine.js";
import { type MaskStyle, paintCutOut, paintMask } from "./paint-masks.js";

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

export interface SceneMask {
  readonly view: MaskView;
  readonly style: MaskStyle;
}

/** What the layer of masks shows, lowest mask first, as plain data: it is painted here or in a worker. */
export interface MaskScene {
  readonly frame: SceneFrame;
  /** What hides the photo outside the masks; the photo's size in its own pixels. */
  readonly cover: { readonly width: number; readonly height: number; readonly color: string } | null;
  readonly masks: readonly SceneMask[];
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Paints a scene over what is there. @param at  left and top of the canvas in canvas pixels of the stage */
export function paintScene(
  context: Context,
  { frame, cover }: Omit<MaskScene, "masks">,
  masks: readonly { readonly path: Path2D; readonly style: MaskStyle }[],
  at: readonly [number, number] = [0, 0],
): void {
  const { ratio, scale, left, top } = frame;
  context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * left - at[0], ratio * top - at[1]);
  if (cover) {
    const paths = masks.map(({ path }) => path);
    paintCutOut(context, paths, cover.width, cover.height, cover.color);
  }
  for (const { path, style } of masks) paintMask(context, path, style, scale);
}
