import { type Static, Type } from "typebox";

/** A region of an annotation, prediction or context, as far as it is looked at. */
export const RegionSchema = Type.Object(
  {
    id: Type.Optional(Type.String({ maxLength: 256 })),
    type: Type.Optional(Type.String({ maxLength: 64, description: "keypointlabels, rectanglelabels, …" })),
    to_name: Type.Optional(Type.String({ maxLength: 256 })),
    from_name: Type.Optional(Type.String({ maxLength: 256 })),
    image_rotation: Type.Optional(
      Type.Number({ description: "how the editor shows the image; coordinates are of the upright one" }),
    ),
    item_index: Type.Optional(Type.Integer({ minimum: 0, description: "which image of a list" })),
    is_positive: Type.Optional(Type.Union([Type.Boolean(), Type.Integer()])),
    value: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: true, description: "coordinates are percents of the image" },
);

/** A region that came. */
export type Region = Static<typeof RegionSchema>;

/** A number of a region's value, or 0. */
export function numberOf(value: Region["value"], key: string): number {
  const number = value?.[key];
  return typeof number === "number" && Number.isFinite(number) ? number : 0;
}
