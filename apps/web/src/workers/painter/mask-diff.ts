import type { MaskStyle } from "./paint-masks.js";

/** x0, y0, x1, y1 in pixels of the photo. */
export type Box = readonly [number, number, number, number];

/** A mask in the picture of all of them. */
export interface PlacedMask {
  /** Of its border. */
  readonly number: number;
  readonly style: MaskStyle;
  readonly box: Box;
}

/** More changes than these are as much work as all of it. */
const MOST = 24;

/**
 * Where the picture of masks differs, so that only that is painted anew.
 *
 * @param before, after  lowest first
 * @returns  boxes of masks that came, went or look otherwise; null where all is to be painted anew
 */
export function changedBoxes(
  before: readonly PlacedMask[],
  after: readonly PlacedMask[],
): readonly Box[] | null {
  const [was, is] = [before.map(nameOf), after.map(nameOf)];
  const [wasThere, isThere] = [new Set(was), new Set(is)];
  const gone = before.filter((_, i) => !isThere.has(was[i] ?? ""));
  const come = after.filter((_, i) => !wasThere.has(is[i] ?? ""));
  if (gone.length + come.length > MOST) return null;
  const stayed = was.filter((name) => isThere.has(name));
  // Masks that changed places lie over each other in another way.
  if (is.filter((name) => wasThere.has(name)).some((name, i) => name !== stayed[i])) return null;
  return [...gone, ...come].map(({ box }) => box);
}

/** The smallest box around all. */
export function around(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null;
  const [x0s, y0s, x1s, y1s] = [0, 1, 2, 3].map((i) => boxes.map((box) => box[i] ?? 0)) as [
    number[],
    number[],
    number[],
    number[],
  ];
  return [Math.min(...x0s), Math.min(...y0s), Math.max(...x1s), Math.max(...y1s)];
}

function nameOf({ number, style }: PlacedMask): string {
  const { color, isChosen, isDashed, isOld, fill, isPlain } = style;
  return `${number} ${color} ${isChosen} ${isDashed} ${isOld} ${fill} ${isPlain}`;
}
