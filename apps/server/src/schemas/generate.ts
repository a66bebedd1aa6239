import { type Static, Type } from "typebox";
import { Base64, FileBytes, ModelName, Size } from "./common.js";
import { CocoFile, MaskSchema, maskForm } from "./masks.js";

const share = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1, description }));
const pixels = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }));

/** How everything in a picture is looked for. */
export const generationOptions = {
  pointsPerCrop: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 64,
      description: "points along each side of the grid of clicks; 32",
    }),
  ),
  cropsNLayers: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 2,
      description: "also look at 4, 4 + 16 crops, for small objects; 0",
    }),
  ),
  predIouThresh: share("masks with a score up to it are dropped; 0.88"),
  stabilityScoreThresh: share("masks with a stability up to it are dropped; 0.95"),
  cropsNmsThresh: share("of two masks whose boxes overlap more, one is kept; 0.7"),
  maxHoleArea: pixels("holes of so many pixels of the model's masks are filled"),
  maxSprinkleArea: pixels("specks of so many such pixels are removed"),
  minMaskRegionArea: pixels(
    "at the end, holes and specks below so many pixels of the picture are removed; 0",
  ),
  multimaskOutput: Type.Optional(
    Type.Boolean({ description: "three masks for each click rather than one; true" }),
  ),
};

const options = {
  model: Type.Optional(ModelName),
  ...generationOptions,
  ...maskForm(["rle", "coco", "polygons"]),
};

/** What `POST /v1/generate` takes as JSON. */
export const GenerateRequest = Type.Object({ image: Base64, ...options }, { additionalProperties: false });

/** What `POST /v1/generate` takes as a form. */
export const GenerateForm = Type.Object(
  { image: FileBytes, request: Type.Optional(Type.Object(options, { additionalProperties: false })) },
  { additionalProperties: false },
);

/** Options of a job. */
export type GenerateOptions = Omit<Static<typeof GenerateRequest>, "image">;

/** The result of a job. */
export const GenerateAnswer = Type.Object({
  job: Type.String(),
  model: Type.String(),
  size: Size,
  masks: Type.Array(MaskSchema, { description: "best first" }),
  coco: Type.Optional(CocoFile),
});

/** The path of a job. */
export const JobPath = Type.Object({ job: Type.String({ maxLength: 64 }) });

/** Events of a job. */
export const JobEvents = {
  description:
    "events: `found` with a mask when it is found (some are dropped as duplicates in the end), `progress` with done and total, then `done` with the result or `problem`. Ids count up; Last-Event-ID goes on after one",
  content: { "text/event-stream": { schema: Type.Unsafe<unknown>({}) } },
};
