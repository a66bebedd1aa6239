import { Type } from "typebox";
import { Base64, FileBytes, Hash, ModelName, PrecisionName, Size } from "./common.js";

/** What `POST /v1/embeddings` takes as JSON. */
export const EncodeRequest = Type.Object(
  { image: Base64, model: Type.Optional(ModelName) },
  { additionalProperties: false },
);

/** What `POST /v1/embeddings` takes as a form. */
export const EncodeForm = Type.Object(
  { image: FileBytes, model: Type.Optional(ModelName) },
  { additionalProperties: false },
);

/** The query of `POST /v1/embeddings`. */
export const EncodeQuery = Type.Object(
  {
    model: Type.Optional(ModelName),
    include: Type.Optional(
      Type.Literal("bytes", {
        description: "answer with the embeddings themselves, for a decoder elsewhere",
      }),
    ),
    precision: Type.Optional(PrecisionName),
  },
  { additionalProperties: false },
);

/** The query of `GET /v1/embeddings/{id}`. */
export const BytesQuery = Type.Object(
  { precision: Type.Optional(PrecisionName), model: Type.Optional(ModelName) },
  { additionalProperties: false },
);

/** The path of `/v1/embeddings/{id}`. */
export const EmbeddingPath = Type.Object({ id: Hash("as POST /v1/embeddings gave it") });

/** What `POST /v1/embeddings` answers. */
export const EncodeAnswer = Type.Object({
  id: Hash("SHA-256 of the picture's own and the model's fingerprint: the same for the same file"),
  sha256: Hash("of the picture's file"),
  model: Type.String(),
  size: Size,
  encoded: Type.Boolean({ description: "whether it had to be encoded for this request" }),
});

/** Embeddings as `ImageEmbeddings.deserialize` of `@sam2js/embeddings` takes them. */
export const EmbeddingBytes = {
  description: "bytes that ImageEmbeddings.deserialize takes",
  content: { "application/octet-stream": { schema: FileBytes } },
};
