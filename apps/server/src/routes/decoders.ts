import { NotFoundError } from "@sam2js/core";
import { Type } from "typebox";
import { sendRange } from "../http/send-range.js";
import { FileBytes, problems } from "../schemas/common.js";
import type { RouteGroup } from "../services.js";

const DecoderPath = Type.Object({
  fingerprint: Type.String({
    pattern: "^[0-9a-f]{64}@[0-9]{1,5}$",
    description: "of a model, as /v1/models tells it",
  }),
});

const DecoderBytes = {
  description: "a safetensors file that openDecoderFile of @sam2js/checkpoint takes",
  content: { "application/octet-stream": { schema: FileBytes } },
};

/** Decoders of the models, for programs that have this server encode and decode by themselves. */
export const decoderRoutes: RouteGroup = (app, { engines }) => {
  app.get(
    "/v1/decoders/:fingerprint",
    {
      schema: {
        tags: ["models"],
        operationId: "readDecoder",
        summary: "A model without its image encoder, with ETag and ranges: it decodes embeddings elsewhere",
        params: DecoderPath,
        response: { 200: DecoderBytes, 206: DecoderBytes, 304: Type.Null(), ...problems },
      },
    },
    async (request, reply) => {
      const { fingerprint } = request.params;
      const engine = engines.all.find(({ loaded: { model } }) => model.fingerprint === fingerprint);
      if (!engine) throw NotFoundError.expected("model", "one of /v1/models", fingerprint);
      return sendRange(request, reply, await engine.decoder(), fingerprint);
    },
  );
};
