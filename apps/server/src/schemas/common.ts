import { PRECISIONS } from "@sam2js/embeddings";
import { Type } from "typebox";

/** 64 hexadecimal digits. */
export const Hash = (description: string) => Type.String({ pattern: "^[0-9a-f]{64}$", description });

/** [height, width]. */
export const Size = Type.Tuple([Type.Integer({ minimum: 1 }), Type.Integer({ minimum: 1 })], {
  description: "[height, width] in pixels",
});

/** Names a model of the server. */
export const ModelName = Type.String({
  description: "one of /v1/models; the first of them when missing",
  maxLength: 512,
});

/** How exactly bytes of embeddings are. */
export const PrecisionName = Type.Enum([...PRECISIONS], {
  description: "f32 is exact, f16 half of it, q8 a quarter",
});

/** A file in JSON. */
export const Base64 = Type.String({
  description:
    "bytes of a JPEG, PNG, WebP, GIF or AVIF file in Base64, with or without data:…;base64, before them",
});

/** A file, in a form or as a whole body, which no schema checks. */
export const FileBytes = Type.Unsafe<unknown>({ contentMediaType: "application/octet-stream" });

/** COCO's compressed run lengths. */
export const RleSchema = Type.Object(
  {
    size: Size,
    counts: Type.String({
      description: "compressed run lengths, column by column, as pycocotools writes them",
    }),
  },
  { additionalProperties: false, description: "run lengths as COCO's JSON has them" },
);

/** What failed requests are answered with. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: "what was expected, what came, and what to do" }),
    code: Type.String({ description: "for programs: INVALID_INPUT, NOT_FOUND, TOO_LARGE, RATE_LIMITED, …" }),
    instance: Type.String({ description: "id of the request, as in the logs" }),
  },
  { description: "RFC 9457, with the codes of sam2js" },
);

/** The answers that every operation may have. */
export const problems = Object.fromEntries(
  ["4xx", "5xx"].map((status) => [
    status,
    {
      description: "a problem",
      content: { "application/problem+json": { schema: ProblemSchema } },
    },
  ]),
);
