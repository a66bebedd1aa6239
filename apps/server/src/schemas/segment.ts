import { type Static, Type } from "typebox";
import type { ServerLimits } from "../limits.js";
import { Base64, FileBytes, Hash, ModelName, RleSchema, Size } from "./common.js";
import { CocoFile, MaskSchema, maskForm, OUTPUTS } from "./masks.js";

const Coordinate = Type.Number({ minimum: -1e6, maximum: 1e6 });
const Point = Type.Tuple([Coordinate, Coordinate], { description: "(x, y) in pixels, y down" });

/** What points at one object. @param limits  the schema has them, so that the documentation does */
export function promptSchema({ maxPoints }: Pick<ServerLimits, "maxPoints">) {
  return Type.Object(
    {
      id: Type.Optional(
        Type.Union([Type.String({ maxLength: 256 }), Type.Integer()], {
          description: "comes back with the object's masks; its place in the list, from 0, when missing",
        }),
      ),
      points: Type.Optional(Type.Array(Point, { maxItems: maxPoints })),
      labels: Type.Optional(
        Type.Array(Type.Enum([0, 1]), {
          maxItems: maxPoints,
          description: "1 inside, 0 outside, one per point; all 1 when missing",
        }),
      ),
      box: Type.Optional(
        Type.Tuple([Coordinate, Coordinate, Coordinate, Coordinate], {
          description: "x0, y0, x1, y1 in pixels: two opposite corners",
        }),
      ),
      mask: Type.Optional(RleSchema),
    },
    {
      additionalProperties: false,
      description: "points, a box or a mask of the picture's size, or several of them",
    },
  );
}

/** One object of a request. */
export type Prompt = Static<ReturnType<typeof promptSchema>>;

const answerOptions = {
  multimask: Type.Optional(
    Type.Boolean({
      description: "all masks that the model has for each object, best first, rather than one",
    }),
  ),
  ...maskForm([...OUTPUTS]),
  maxHoleArea: Type.Optional(
    Type.Integer({ minimum: 0, description: "holes of so many pixels of the model's masks are filled; 0" }),
  ),
  maxSprinkleArea: Type.Optional(
    Type.Integer({ minimum: 0, description: "specks of so many such pixels are removed; 0" }),
  ),
};

/** What `POST /v1/segment` takes. */
export function segmentSchemas(limits: ServerLimits) {
  const objects = Type.Array(promptSchema(limits), { minItems: 1, maxItems: limits.maxObjects });
  const common = { model: Type.Optional(ModelName), objects, ...answerOptions };
  const options = { additionalProperties: false };
  return {
    json: Type.Object(
      {
        image: Type.Optional(Base64),
        embedding: Type.Optional(Hash("id of /v1/embeddings, instead of a picture")),
        ...common,
      },
      options,
    ),
    form: Type.Object({ image: FileBytes, request: Type.Object(common, options) }, options),
  };
}

/** As it is used, from JSON or a form. */
export type SegmentRequest = Static<ReturnType<typeof segmentSchemas>["json"]>;

/** What `POST /v1/segment` answers. */
export const SegmentAnswer = Type.Object({
  model: Type.String(),
  embedding: Hash("with which the next request for this picture needs no picture"),
  encoded: Type.Boolean({ description: "whether the picture had to be encoded for this request" }),
  size: Size,
  objects: Type.Array(
    Type.Object({
      id: Type.Union([Type.String(), Type.Integer()]),
      masks: Type.Array(MaskSchema, { description: "best first" }),
    }),
  ),
  coco: Type.Optional(CocoFile),
});
