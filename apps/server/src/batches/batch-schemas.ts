import { BATCH_FORMATS } from "@sam2js/batch";
import { type Static, Type } from "typebox";
import type { ServerLimits } from "../limits.js";
import { ModelName, PrecisionName } from "../schemas/common.js";
import { generationOptions } from "../schemas/generate.js";

const closed = { additionalProperties: false };
const XY = Type.Tuple([Type.Number(), Type.Number()]);

/** Priorities that requests may ask for. */
const PRIORITIES = { minimum: 1, maximum: 15 };
/** Files of `track`. */
const VIDEO_FORMATS = ["mp4", "webm", "gif", "png", "coco", "mot", "rle"] as const;

/** No schema of a prompt's mask: it would be a path on the workers. */
const Prompt = Type.Object(
  {
    id: Type.Optional(Type.String({ maxLength: 256 })),
    category: Type.Optional(Type.String({ maxLength: 256 })),
    points: Type.Optional(Type.Array(XY, { maxItems: 1000 })),
    labels: Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 1 }), { maxItems: 1000 })),
    box: Type.Optional(Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()])),
    frame: Type.Optional(Type.Integer({ minimum: 0, description: "of a video; 0" })),
  },
  closed,
);

const Place = (description: string) => Type.String({ minLength: 1, maxLength: 1024, description });

const Entry = Type.Object(
  {
    image: Place("a picture or video, by its path in the server's source"),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 1024, description: "what results call it" })),
    id: Type.Optional(Type.Integer({ minimum: 0, description: "its number in COCO files" })),
    objects: Type.Optional(Type.Array(Prompt, { maxItems: 10_000 })),
  },
  closed,
);

/** What `POST /v1/batches` takes. */
export function batchRequest({ maxBatchEntries }: Pick<ServerLimits, "maxBatchEntries">) {
  return Type.Object(
    {
      task: Type.Enum(["generate", "segment", "encode", "track"], {
        description: "everything, what prompts point at, embeddings, or objects through videos",
      }),
      images: Type.Optional(Type.Array(Entry, { minItems: 1, maxItems: maxBatchEntries })),
      folder: Type.Optional(Place("all pictures of this folder of the source, instead of images")),
      model: Type.Optional(ModelName),
      ...generationOptions,
      precision: Type.Optional(PrecisionName),
      formats: Type.Optional(
        Type.Array(Type.Enum([...new Set([...BATCH_FORMATS, ...VIDEO_FORMATS])]), {
          maxItems: 8,
          description: `${BATCH_FORMATS.join(", ")}; of videos ${VIDEO_FORMATS.join(", ")}; coco`,
        }),
      ),
      shards: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 10_000, description: "parts; of 250 pictures" }),
      ),
      priority: Type.Optional(
        Type.Integer({ ...PRIORITIES, description: "the lowest is done first, tenants take turns; 10" }),
      ),
      rate: Type.Optional(
        Type.Number({ minimum: 0.001, maximum: 1e6, description: "at most so many pictures a second" }),
      ),
    },
    closed,
  );
}

/** A batch that is asked for. */
export type BatchAsked = Static<ReturnType<typeof batchRequest>>;

/** The state of a batch. */
export const BatchAnswer = Type.Object({
  id: Type.String(),
  task: Type.String(),
  state: Type.Enum(["running", "done", "failed", "cancelled"]),
  total: Type.Integer({ description: "pictures or videos" }),
  done: Type.Integer({ description: "of these, with those that failed" }),
  failed: Type.Integer(),
  masks: Type.Integer(),
  machineHours: Type.Number({ description: "hours of whole machines so far" }),
  files: Type.Array(Type.String(), {
    description: "joined files, once it is done: /v1/batches/{batch}/file",
  }),
  failures: Type.Array(
    Type.Object({
      index: Type.Integer(),
      name: Type.String(),
      code: Type.String(),
      message: Type.String(),
    }),
    { description: "the first hundred; failures.jsonl has all" },
  ),
  givenUp: Type.Array(Type.Object({ shard: Type.Integer(), reason: Type.String() }), {
    description: "parts that no worker could do, where it failed",
  }),
});

/** The state of a batch. */
export type BatchState = Static<typeof BatchAnswer>;

/** The path of a batch. */
export const BatchPath = Type.Object({
  batch: Type.String({ pattern: "^[0-9a-f]{8}-[0-9a-f-]{27}$", maxLength: 36 }),
});

/** Of the files of pictures and videos, which keep their names: all but what no file of a batch has in its name. */
const NAME = '[^<>:"\\\\|?*%\\u0000-\\u001f\\u007f]+';

/** A file of a batch. */
export const BatchFileQuery = Type.Object(
  {
    name: Type.String({
      pattern: `^(coco\\.json|rle\\.jsonl|failures\\.jsonl|(shards|labels|tracks|embeddings)/${NAME})$`,
      maxLength: 1024,
      description:
        "coco.json, rle.jsonl, failures.jsonl, or a file below shards, labels, tracks or embeddings",
    }),
  },
  closed,
);

/** Events of a batch. */
export const BatchEvents = {
  description:
    "events: `progress` with done, total and machineHours, `shard` with shard, entries, masks and failed for each part that is done, then `done` with the state, or `problem`. Last-Event-ID goes on after one; after a restart of the server all shards are told again",
  content: { "text/event-stream": { schema: Type.Unsafe<unknown>({}) } },
};
