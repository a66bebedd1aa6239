import { Type } from "typebox";
import { problems, Size } from "../schemas/common.js";
import type { RouteGroup } from "../services.js";

const ModelFacts = Type.Object({
  name: Type.String(),
  fingerprint: Type.String({ description: "of its weights and its image size" }),
  imageSize: Type.Integer({ description: "side of the model's input in pixels" }),
  maskSize: Size,
  isDefault: Type.Boolean(),
});

/** Which models there are. */
export const modelRoutes: RouteGroup = (app, { engines }) => {
  app.get(
    "/v1/models",
    {
      schema: {
        tags: ["models"],
        operationId: "models",
        summary: "The models of this server, the default first",
        response: { 200: Type.Object({ models: Type.Array(ModelFacts) }), ...problems },
      },
    },
    async () => ({
      models: engines.all.map(({ name, loaded: { model } }, index) => ({
        name,
        fingerprint: model.fingerprint,
        imageSize: model.config.imageSize,
        maskSize: [...model.maskSize] as [number, number],
        isDefault: index === 0,
      })),
    }),
  );
};
