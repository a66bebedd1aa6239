import type { BoxPrompt, PointPrompt } from "../../domain/document.js";
import { type SceneFrame, toPhotoPixels, toStagePixels } from "./mask-scene.js";
import { paintBox, paintBrush, paintCells, paintCrosshair, paintGrid, paintPoint } from "./paint-handles.js";
import type { Context } from "./paint-masks.js";
import { paintMask, paintPreview, paintSweep } from "./paint-masks.js";

/** What moves with the pointer or the time, as plain data. A `mask` is the number of a border; colours are CSS, places in pixels of the photo. */
export type LiveItem =
  | {
      /** A light that goes once round a new mask. */
      readonly kind: "sweep";
      readonly mask: number;
      readonly box: readonly [number, number, number, number];
    }
  | { readonly kind: "preview"; readonly mask: number; readonly color: string | null }
  | { readonly kind: "hovered"; readonly mask: number }
  | {
      readonly kind: "stroke";
      readonly path: readonly number[];
      readonly radius: number;
      readonly color: string;
    }
  | {
      readonly kind: "grid";
      readonly photo: { readonly width: number; readonly height: number };
      readonly pointsPerSide: number;
      readonly done: number;
      readonly accent: string;
    }
  | {
      readonly kind: "box";
      readonly box: BoxPrompt;
      readonly color: string;
      readonly hasHandles: boolean;
    }
  | {
      readonly kind: "point";
      readonly point: PointPrompt;
      readonly color: string;
      readonly isChosen: boolean;
      readonly isOpen: boolean;
    }
  | {
      readonly kind: "cells";
      readonly cells: {
        readonly x: number;
        readonly y: number;
        readonly width: number;
        readonly height: number;
      };
    }
  | { readonly kind: "crosshair"; readonly x: number; readonly y: number }
  /** Place and radius in CSS pixels of the stage. */
  | { readonly kind: "brush"; readonly x: number; readonly y: number; readonly radius: number };

const HOVERED = {
  color: "#ffffff",
  isChosen: true,
  isDashed: false,
  isOld: false,
  fill: 0.3,
};

/**
 * Paints over what is there.
 *
 * @param pathOf  the border of a mask by its number; undefined where it is not known
 * @param swept   how far a sweep has come, 0 to 1; null when it is over
 */
export function paintLive(
  context: Context,
  frame: SceneFrame,
  items: readonly LiveItem[],
  pathOf: (mask: number) => Path2D | undefined,
  swept: number | null,
): void {
  for (const item of items) paintItem(context, frame, item, pathOf, swept);
}

function paintItem(
  context: Context,
  frame: SceneFrame,
  item: LiveItem,
  pathOf: (mask: number) => Path2D | undefined,
  swept: number | null,
): void {
  const { scale, left, top } = frame;
  toStagePixels(context, frame);
  switch (item.kind) {
    case "sweep":
    case "preview":
    case "hovered": {
      const path = pathOf(item.mask);
      if (!path) return;
      toPhotoPixels(context, frame);
      if (item.kind === "preview") paintPreview(context, path, item.color, scale);
      else if (item.kind === "hovered") paintMask(context, path, HOVERED, scale);
      else if (swept !== null) paintSweep(context, path, item.box, swept, scale);
      return;
    }
    case "stroke":
      toPhotoPixels(context, frame);
      paintStroke(context, item.path, item.radius, item.color);
      return;
    case "grid":
      paintGrid(context, item.photo, frame, item.pointsPerSide, item.done, item.accent);
      return;
    case "box":
      paintBox(context, item.box, frame, item.color, item.hasHandles);
      return;
    case "point":
      paintPoint(context, item.point, frame, item.color, item.isChosen, item.isOpen);
      return;
    case "cells":
      paintCells(context, item.cells, frame);
      return;
    case "crosshair":
      paintCrosshair(context, item.x * scale + left, item.y * scale + top);
      return;
    case "brush":
      paintBrush(context, item.x, item.y, item.radius);
  }
}

/** A stroke under way; `path` is x, y, x, y, … */
function paintStroke(context: Context, path: readonly number[], radius: number, color: string): void {
  context.save();
  context.globalAlpha = 0.55;
  context.strokeStyle = color;
  context.lineWidth = 2 * radius;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  for (let i = 0; i < path.length; i += 2) {
    const [x = 0, y = 0] = [path[i], path[i + 1]];
    if (i === 0) context.moveTo(x, y);
    context.lineTo(x, y);
  }
  context.stroke();
  context.restore();
}
