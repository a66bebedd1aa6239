import { randomUUID } from "node:crypto";
import type { Runtime } from "@sam2js/core";
import { type Mask, toLabelStudioRle, toPolygons } from "@sam2js/masks";
import type { Output } from "../config/choose-output.js";

/** A region as Label Studio takes it. */
export interface WrittenRegion {
  readonly id: string;
  readonly from_name: string;
  readonly to_name: string;
  readonly type: string;
  readonly original_width: number;
  readonly original_height: number;
  readonly image_rotation: number;
  readonly item_index?: number;
  readonly value: Readonly<Record<string, unknown>>;
  readonly score: number;
  readonly readonly: false;
}

/** Where regions stand, and how they are drawn. */
export interface WriteOptions {
  /** `name` of the image's tag. */
  readonly toName: string;
  /** How the editor shows the image, in degrees: it comes back as it was. */
  readonly rotation: number;
  /** Which image of a list. */
  readonly itemIndex: number | undefined;
  /** How far polygons may be from the mask, in pixels. */
  readonly tolerance: number;
}

/** Parts of a mask smaller than this share of it make no polygon of their own: a region each would have to be deleted by hand. */
const MIN_PART = 0.01;

/** A mask as regions of its output's kind: one, but for polygons one for each part. Holes of polygons are filled, as Label Studio's have none. */
export async function writeRegions(
  mask: Mask,
  { control, labelControl, label }: Output,
  { toName, rotation, itemIndex, tolerance }: WriteOptions,
  runtime: Runtime,
): Promise<WrittenRegion[]> {
  if (mask.area === 0) return [];
  const values = await valuesOf(mask, control.shape, tolerance, runtime);
  const labels = label === undefined ? [] : [label];
  return values.flatMap((value) => {
    const common = {
      id: randomUUID().slice(0, 13),
      to_name: toName,
      original_width: mask.size[1],
      original_height: mask.size[0],
      image_rotation: rotation,
      ...(itemIndex !== undefined && { item_index: itemIndex }),
      score: Math.min(1, Math.max(0, mask.score ?? 0)),
      readonly: false as const,
    };
    const { type, name } = control;
    const own = type.endsWith("labels") ? { ...value, [type]: labels } : value;
    const region = { ...common, from_name: name, type, value: own };
    if (!labelControl) return [region];
    return [region, { ...common, from_name: labelControl.name, type: "labels", value: { ...value, labels } }];
  });
}

async function valuesOf(
  mask: Mask,
  shape: Output["control"]["shape"],
  tolerance: number,
  runtime: Runtime,
): Promise<Record<string, unknown>[]> {
  const [height, width] = mask.size;
  const percent = (x: number, y: number) => [(100 * x) / width, (100 * y) / height] as const;
  if (shape === "brush") return [{ format: "rle", rle: toLabelStudioRle(mask) }];
  if (shape === "bitmask") return [{ imageDataURL: await toDataUrl(mask, runtime) }];
  if (shape === "rectangle") {
    const [x0, y0, x1, y1] = mask.box;
    const [[x, y], [w, h]] = [percent(x0, y0), percent(x1 + 1 - x0, y1 + 1 - y0)];
    return [{ x, y, width: w, height: h, rotation: 0 }];
  }
  return toPolygons(mask, { tolerance, minArea: mask.area * MIN_PART }).map(({ outer }) => ({
    points: Array.from({ length: outer.length / 2 }, (_, i) =>
      percent(outer[2 * i] ?? 0, outer[2 * i + 1] ?? 0),
    ),
    closed: true,
  }));
}

/** Black where the mask is, transparent elsewhere, as the editor's bitmask tool draws. */
async function toDataUrl(mask: Mask, runtime: Runtime): Promise<string> {
  const [height, width] = mask.size;
  const data = new Uint8Array(4 * height * width);
  mask.toBitmap().data.forEach((bit, i) => {
    data[4 * i + 3] = 255 * bit;
  });
  const png = await runtime.encodePng({ data, width, height, channels: 4 });
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}
