import { Type } from "typebox";
import { RleSchema } from "./common.js";

/** The forms of masks. */
export const OUTPUTS = ["rle", "coco", "polygons", "png", "logits"] as const;

const MEANING: Readonly<Record<(typeof OUTPUTS)[number], string>> = {
  rle: "compressed run lengths (default)",
  coco: "a whole COCO file",
  polygons: "borders",
  png: "Base64, 255 inside",
  logits: "Base64 of float32, little-endian, in the model's mask size",
};

/** Fields that say how masks are handed out. @param outputs  those that are offered */
export function maskForm<O extends (typeof OUTPUTS)[number]>(outputs: O[]) {
  const description = outputs.map((output) => `${output}: ${MEANING[output]}`).join("; ");
  return {
    output: Type.Optional(Type.Enum(outputs, { description })),
    tolerance: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 100,
        description: "how far polygons may be from the mask, in pixels; 0",
      }),
    ),
  };
}

const Polygon = Type.Object({
  outer: Type.Array(Type.Number(), { description: "x, y, x, y, … clockwise on the screen" }),
  holes: Type.Array(Type.Array(Type.Number())),
});

/** One mask, in the form that was asked for. */
export const MaskSchema = Type.Object({
  score: Type.Number({ description: "the model's own estimate of the IoU, about 0 to 1" }),
  stability: Type.Optional(
    Type.Number({ description: "how little the mask changes with its threshold, 0 to 1" }),
  ),
  area: Type.Integer({ description: "pixels inside" }),
  box: Type.Tuple([Type.Integer(), Type.Integer(), Type.Integer(), Type.Integer()], {
    description: "x0, y0, x1, y1 in pixels, the last pixels inside",
  }),
  rle: Type.Optional(RleSchema),
  polygons: Type.Optional(Type.Array(Polygon)),
  png: Type.Optional(Type.String({ description: "Base64" })),
  logits: Type.Optional(
    Type.Object({
      dims: Type.Tuple([Type.Integer(), Type.Integer()]),
      data: Type.String({ description: "Base64 of float32, little-endian" }),
    }),
  ),
});

/** A data set of one picture. */
export const CocoFile = Type.Unsafe<unknown>({
  type: "object",
  description: "a whole COCO file, with output coco",
  additionalProperties: true,
});
