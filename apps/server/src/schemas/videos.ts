import { type Static, Type } from "typebox";
import type { ServerLimits } from "../limits.js";
import { Base64, FileBytes, ModelName, RleSchema, Size } from "./common.js";
import { promptSchema } from "./segment.js";

const ObjectName = Type.Union([Type.String({ maxLength: 256 }), Type.Integer()]);
const Frame = (description: string) => Type.Integer({ minimum: 0, description });
const closed = { additionalProperties: false };

/** What `POST /v1/videos` takes. */
export function videoSchemas({ maxFrames }: Pick<ServerLimits, "maxFrames">) {
  const options = { model: Type.Optional(ModelName) };
  const frames = { maxItems: maxFrames, minItems: 1 };
  return {
    json: Type.Object({ frames: Type.Array(Base64, frames), ...options }, closed),
    form: Type.Object(
      {
        frames: Type.Optional(
          Type.Array(FileBytes, { ...frames, description: "pictures, in order; repeat the field" }),
        ),
        video: Type.Optional(FileBytes),
        session: Type.Optional(FileBytes),
        request: Type.Optional(Type.Object(options, closed)),
      },
      {
        ...closed,
        description: "frames as pictures, or a video file; and a session that was saved, to go on with",
      },
    ),
  };
}

/** The path of a video. */
export const VideoPath = Type.Object({ id: Type.String({ maxLength: 64 }) });

/** The state of a video. */
export const VideoAnswer = Type.Object({
  id: Type.String(),
  model: Type.String(),
  size: Size,
  frames: Type.Integer({ description: "how many there are" }),
  objects: Type.Array(ObjectName),
  promptedFrames: Type.Array(Type.Integer()),
});

const Ask = { id: Type.Optional(Type.Integer({ description: "comes back as `re` of every answer" })) };

/** What clients send over the socket of a video. */
export function videoMessage({ maxPoints, maxObjects }: Pick<ServerLimits, "maxPoints" | "maxObjects">) {
  return Type.Union([
    Type.Object(
      {
        ...Ask,
        type: Type.Literal("prompt"),
        frame: Frame("where the prompts are"),
        objects: Type.Array(promptSchema({ maxPoints }), { minItems: 1, maxItems: maxObjects }),
        add: Type.Optional(
          Type.Boolean({
            description: "to the points that an object has on this frame; else instead of them",
          }),
        ),
      },
      closed,
    ),
    Type.Object(
      {
        ...Ask,
        type: Type.Literal("propagate"),
        start: Type.Optional(Frame("the earliest frame with prompts when missing")),
        frames: Type.Optional(Frame("so many after the first; all when missing")),
        direction: Type.Optional(Type.Enum(["forward", "backward", "both"])),
      },
      closed,
    ),
    Type.Object({ ...Ask, type: Type.Literal("cancel") }, closed),
    Type.Object({ ...Ask, type: Type.Literal("remove"), object: ObjectName }, closed),
    Type.Object(
      { ...Ask, type: Type.Literal("clear"), object: ObjectName, frame: Frame("whose prompt goes") },
      closed,
    ),
    Type.Object({ ...Ask, type: Type.Literal("reset") }, closed),
  ]);
}

/** One message of a client. */
export type VideoMessage = Static<ReturnType<typeof videoMessage>>;

/** A mask of one object on one frame. */
export const FrameMask = Type.Object({
  id: ObjectName,
  score: Type.Number({ description: "how sure the model is that the object is seen, 0 to 1" }),
  area: Type.Integer(),
  rle: RleSchema,
});

/** What the server sends over the socket of a video. */
export type VideoReply = { readonly re?: number | undefined } & (
  | { readonly type: "masks"; readonly frame: number; readonly objects: readonly Static<typeof FrameMask>[] }
  | { readonly type: "done"; readonly cancelled?: true }
  | { readonly type: "problem"; readonly problem: object }
);
