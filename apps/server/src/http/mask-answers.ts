import type { Runtime, Tensor } from "@sam2js/core";
import { type Mask, toCocoDataset, toMaskPng, toPolygons } from "@sam2js/masks";
import type { OUTPUTS } from "../schemas/masks.js";

/** How masks are handed out. */
export interface MaskForm {
  /** Default `"rle"`. */
  readonly output?: (typeof OUTPUTS)[number] | undefined;
  /** How far polygons may be from the mask, in pixels. */
  readonly tolerance?: number | undefined;
}

/** A mask as `MaskSchema` describes it. @param logits  float32 [h, w], with output `"logits"` */
export async function maskAnswer(
  mask: Mask,
  { output = "rle", tolerance }: MaskForm,
  runtime: Runtime,
  logits?: Tensor<"float32">,
) {
  return {
    score: mask.score ?? 0,
    ...(mask.stability !== undefined && { stability: mask.stability }),
    area: mask.area,
    box: [...mask.box] as [number, number, number, number],
    ...(output === "rle" && { rle: rleAnswer(mask) }),
    ...(output === "polygons" && { polygons: polygonsOf(mask, tolerance) }),
    ...(output === "png" && { png: toBase64(await runtime.encodePng(toMaskPng(mask))) }),
    ...(output === "logits" &&
      logits && {
        logits: { dims: pair(logits.dims), data: toBase64(new Uint8Array(logits.data.slice().buffer)) },
      }),
  };
}

/** A whole COCO file of one picture. @param names  one for each mask */
export function cocoAnswer(
  masks: readonly Mask[],
  size: readonly [number, number],
  names?: readonly string[],
) {
  return toCocoDataset([{ fileName: "image", size, masks, ...(names && { names }) }]);
}

/** A size as its schema types it. */
export function pair([height = 0, width = 0]: readonly number[]): [number, number] {
  return [height, width];
}

/** Run lengths as `RleSchema` describes them. */
export function rleAnswer(mask: Mask) {
  const { size, counts } = mask.toJSON();
  return { size: pair(size), counts };
}

function polygonsOf(mask: Mask, tolerance: number | undefined) {
  return toPolygons(mask, { tolerance }).map(({ outer, holes }) => ({
    outer: [...outer],
    holes: holes.map((ring) => [...ring]),
  }));
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
