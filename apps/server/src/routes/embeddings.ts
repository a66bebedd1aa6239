import { InputError } from "@sam2js/core";
import { Type } from "typebox";
import { readForm, readPicture } from "../http/read-body.js";
import { sendRange } from "../http/send-range.js";
import { problems } from "../schemas/common.js";
import {
  BytesQuery,
  EmbeddingBytes,
  EmbeddingPath,
  EncodeAnswer,
  EncodeForm,
  EncodeQuery,
  EncodeRequest,
} from "../schemas/embeddings.js";
import { pictureBody } from "../schemas/picture-body.js";
import type { RouteGroup } from "../services.js";
import { leasePicture } from "./leases.js";

/** Pictures as embeddings: made, read and forgotten. */
export const embeddingRoutes: RouteGroup = (app, services) => {
  app.post(
    "/v1/embeddings",
    {
      preValidation: readForm,
      schema: {
        tags: ["embeddings"],
        operationId: "encode",
        summary: "Encodes a picture, once: later requests name it by its id",
        querystring: EncodeQuery,
        body: pictureBody(EncodeRequest, EncodeForm),
        response: {
          200: {
            description: "the embedding",
            content: { "application/json": { schema: EncodeAnswer }, ...EmbeddingBytes.content },
          },
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const { file, fields } = readPicture(request.body);
      const { include, precision = "f32", model = fields.model } = request.query;
      if (model !== undefined && typeof model !== "string")
        throw InputError.expected("model", "one name", "another value");
      if (!file) throw InputError.expected("image", "an image file", "none", "send one");
      const { engine, picture } = await leasePicture(services, { request, reply }, { file }, model);
      await using held = picture;
      const { id, sha256, size, isNew } = held;
      if (include === "bytes") {
        reply.headers({ "x-embedding-id": id, "x-picture-size": size.join("x"), "x-encoded": `${isNew}` });
        const bytes = await held.embeddings.serialize({ precision, picture: { sha256, size } });
        return sendRange(request, reply, bytes, `${id}-${precision}`);
      }
      return { id, sha256, model: engine.name, size: [...size], encoded: isNew };
    },
  );

  app.get(
    "/v1/embeddings/:id",
    {
      schema: {
        tags: ["embeddings"],
        operationId: "readEmbedding",
        summary: "The bytes of an embedding, with ETag and ranges",
        params: EmbeddingPath,
        querystring: BytesQuery,
        response: { 200: EmbeddingBytes, 206: EmbeddingBytes, 304: Type.Null(), ...problems },
      },
    },
    async (request, reply) => {
      const { precision = "f32", model } = request.query;
      const { picture } = await leasePicture(
        services,
        { request, reply },
        { embedding: request.params.id },
        model,
      );
      await using held = picture;
      const { id, sha256, size } = held;
      const bytes = await held.embeddings.serialize({ precision, picture: { sha256, size } });
      return sendRange(request, reply, bytes, `${id}-${precision}`);
    },
  );

  app.delete(
    "/v1/embeddings/:id",
    {
      schema: {
        tags: ["embeddings"],
        operationId: "forgetEmbedding",
        summary: "Forgets an embedding; it need not be there",
        params: EmbeddingPath,
        response: { 204: Type.Null(), ...problems },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { grants, engines } = services;
      if (grants.has(request.tenant, id) && !grants.take(request.tenant, id)) {
        for (const engine of engines.all) await engine.forget(id);
      }
      return reply.code(204).send(null);
    },
  );
};
