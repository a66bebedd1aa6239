import type { BoxPrompt, PointPrompt } from "../../domain/document.js";
import type { SceneFrame } from "./mask-scene.js";
import type { Context } from "./paint-masks.js";

/** Where the photo lies on the stage. */
type Place = Pick<SceneFrame, "scale" | "left" | "top">;

/** A point: a disc with its sign, in the colour of the object or dark, readable without colour. */
export function paintPoint(
  context: Context,
  point: PointPrompt,
  { scale, left, top }: Place,
  color: string,
  isChosen: boolean,
  isOpen: boolean,
): void {
  const x = point.x * scale + left;
  const y = point.y * scale + top;
  context.save();
  disc(context, x, y + 1, 14, "#00000055");
  disc(context, x, y, 12.5, "#ffffff");
  disc(context, x, y, 9.5, isOpen ? "#ffffff" : point.isInclude ? color : "#111111");
  context.strokeStyle = isOpen ? "#888888" : point.isInclude ? "#101113" : "#ffffff";
  context.lineWidth = 2.4;
  context.lineCap = "round";
  context.beginPath();
  context.moveTo(x - 4.4, y);
  context.lineTo(x + 4.4, y);
  if (point.isInclude) {
    context.moveTo(x, y - 4.4);
    context.lineTo(x, y + 4.4);
  }
  context.stroke();
  if (isChosen) {
    context.strokeStyle = "#8ab8ff";
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(x, y, 16, 0, 2 * Math.PI);
    context.stroke();
  }
  context.restore();
}

export function paintBox(
  context: Context,
  box: BoxPrompt,
  camera: Place,
  color: string,
  hasHandles: boolean,
): void {
  const { scale, left, top } = camera;
  const x = box.x0 * scale + left;
  const y = box.y0 * scale + top;
  const width = (box.x1 - box.x0) * scale;
  const height = (box.y1 - box.y0) * scale;
  context.save();
  context.strokeStyle = "#000a";
  context.lineWidth = 4;
  context.strokeRect(x, y, width, height);
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.setLineDash([7, 5]);
  context.strokeRect(x, y, width, height);
  context.setLineDash([]);
  if (hasHandles) {
    for (const corner of corners(box)) {
      const [cx, cy] = [corner.x * scale + left, corner.y * scale + top];
      context.fillStyle = "#ffffff";
      context.strokeStyle = "#111111";
      context.lineWidth = 1.5;
      context.beginPath();
      context.roundRect(cx - 6, cy - 6, 12, 12, 4);
      context.fill();
      context.stroke();
    }
  }
  context.restore();
}

/** Clockwise from the upper left. */
export function corners({
  x0,
  y0,
  x1,
  y1,
}: BoxPrompt): readonly { readonly x: number; readonly y: number }[] {
  return [
    { x: x0, y: y0 },
    { x: x1, y: y0 },
    { x: x1, y: y1 },
    { x: x0, y: y1 },
  ];
}

/** The grid of points that are still open, the row in work larger. */
export function paintGrid(
  context: Context,
  { width, height }: { readonly width: number; readonly height: number },
  { scale, left, top }: Place,
  pointsPerSide: number,
  done: number,
  accent: string,
): void {
  const row = Math.floor(done / pointsPerSide);
  context.save();
  for (let i = done; i < pointsPerSide ** 2; i++) {
    const x = (((i % pointsPerSide) + 0.5) / pointsPerSide) * width * scale + left;
    const y = ((Math.floor(i / pointsPerSide) + 0.5) / pointsPerSide) * height * scale + top;
    const isNow = Math.floor(i / pointsPerSide) === row;
    context.globalAlpha = isNow ? 1 : 0.6;
    disc(context, x, y, isNow ? 4.5 : 2.1, isNow ? accent : "#ffffff");
  }
  context.restore();
}

/** Nine cells with the digits that go into them. */
export function paintCells(
  context: Context,
  {
    x,
    y,
    width,
    height,
  }: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  { scale, left, top }: Place,
): void {
  const [x0, y0, w, h] = [x * scale + left, y * scale + top, width * scale, height * scale];
  const radius = Math.min(13, Math.min(w, h) / 9);
  context.save();
  for (const [color, line] of [
    ["#000a", 3.5],
    ["#ffffff", 1.5],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = line;
    context.beginPath();
    for (let i = 0; i <= 3; i++) {
      context.moveTo(x0 + (i * w) / 3, y0);
      context.lineTo(x0 + (i * w) / 3, y0 + h);
      context.moveTo(x0, y0 + (i * h) / 3);
      context.lineTo(x0 + w, y0 + (i * h) / 3);
    }
    context.stroke();
  }
  context.font = `600 ${Math.max(8, 1.2 * radius)}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let cell = 0; cell < 9; cell++) {
    const cx = x0 + (((cell % 3) + 0.5) * w) / 3;
    const cy = y0 + ((Math.floor(cell / 3) + 0.5) * h) / 3;
    disc(context, cx, cy, radius, "#111d");
    context.fillStyle = "#ffffff";
    context.fillText(`${cell + 1}`, cx, cy + 1);
  }
  context.restore();
}

/** The place that the arrow keys move. */
export function paintCrosshair(context: Context, x: number, y: number): void {
  context.save();
  for (const [color, width] of [
    ["#000c", 4],
    ["#ffffff", 1.8],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      context.moveTo(x + 5 * dx, y + 5 * dy);
      context.lineTo(x + 16 * dx, y + 16 * dy);
    }
    context.stroke();
  }
  context.restore();
}

export function paintBrush(context: Context, x: number, y: number, radius: number): void {
  context.save();
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.strokeStyle = "#000a";
  context.lineWidth = 3;
  context.stroke();
  context.strokeStyle = "#ffffff";
  context.lineWidth = 1.5;
  context.stroke();
  context.restore();
}

function disc(context: Context, x: number, y: number, radius: number, color: string): void {
  context.fillStyle = color;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
