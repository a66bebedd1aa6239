export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export interface MaskStyle {
  readonly color: string;
  readonly isChosen: boolean;
  readonly isDashed: boolean;
  /** Not the newest any more: drawn a little fainter. */
  readonly isOld: boolean;
  /** Opacity of the tint; 0 = the line alone. */
  readonly fill: number;
  /** One of many: a single line, half the work. */
  readonly isPlain?: boolean;
}

/** Draws one mask by its border: tint, and a line of two tones that is seen on any photo. `scale` is screen pixels per pixel of the photo. */
export function paintMask(context: Context, path: Path2D, style: MaskStyle, scale: number): void {
  context.save();
  context.lineJoin = "round";
  context.globalAlpha = style.isOld ? 0.6 : 1;
  if (style.fill > 0) {
    context.globalAlpha *= style.fill;
    context.fillStyle = style.color;
    context.fill(path, "evenodd");
    context.globalAlpha = style.isOld ? 0.6 : 1;
  }
  if (style.isChosen) {
    for (const [width, alpha] of GLOW) stroke(context, path, style.color, width / scale, alpha);
  }
  const line = style.isChosen ? 3 : 2.1;
  if (!style.isPlain) stroke(context, path, "#000000", (line + 2.6) / scale, 0.5);
  if (style.isDashed) context.setLineDash([7 / scale, 4 / scale]);
  stroke(context, path, style.color, line / scale, 1);
  context.restore();
}

const GLOW: readonly (readonly [number, number])[] = [
  [20, 0.08],
  [11, 0.12],
];

/** What a click would give. */
export function paintPreview(context: Context, path: Path2D, color: string | null, scale: number): void {
  context.save();
  context.lineJoin = "round";
  context.globalAlpha = color ? 0.26 : 0.22;
  context.fillStyle = color ?? "#ffffff";
  context.fill(path, "evenodd");
  stroke(context, path, "#000000", 3.6 / scale, 0.55);
  context.setLineDash([7 / scale, 5 / scale]);
  stroke(context, path, color ?? "#ffffff", 2 / scale, 1);
  context.restore();
}

/** One sweep of light along the line of a new mask: the app's only flourish. `sweep` is how far it has come, 0 to 1. */
export function paintSweep(
  context: Context,
  path: Path2D,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  sweep: number,
  scale: number,
): void {
  const length = 2.4 * (x1 - x0 + y1 - y0 + 2);
  context.save();
  context.lineCap = "round";
  context.setLineDash([0.22 * length, length]);
  context.lineDashOffset = -sweep * length;
  stroke(context, path, "#ffffff", 3.4 / scale, 0.9 * (1 - sweep));
  context.restore();
}

/** Hides what no mask covers. */
export function paintCutOut(
  context: Context,
  paths: readonly Path2D[],
  width: number,
  height: number,
  cover: string,
): void {
  context.save();
  context.fillStyle = cover;
  context.fillRect(0, 0, width, height);
  context.globalCompositeOperation = "destination-out";
  for (const path of paths) context.fill(path, "evenodd");
  context.restore();
}

function stroke(context: Context, path: Path2D, color: string, width: number, alpha: number): void {
  const before = context.globalAlpha;
  context.globalAlpha = before * alpha;
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke(path);
  context.globalAlpha = before;
}
