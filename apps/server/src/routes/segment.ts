import { InputError, type Runtime } from "@sam2js/core";
import { decompressRle, Mask } from "@sam2js/masks";
import { maskPrompt, type ObjectMask, type ObjectPrompt } from "@sam2js/pipeline";
import type { LoadedModel } from "../engine/load-model.js";
import { cocoAnswer, maskAnswer, pair } from "../http/mask-answers.js";
import { objectNames } from "../http/object-names.js";
import { readForm, readPicture } from "../http/read-body.js";
import { problems } from "../schemas/common.js";
import { pictureBody } from "../schemas/picture-body.js";
import { type Prompt, SegmentAnswer, type SegmentRequest, segmentSchemas } from "../schemas/segment.js";
import type { RouteGroup } from "../services.js";
import { leasePicture } from "./leases.js";

type NamedPrompt = ObjectPrompt & { readonly id: string | number };

/** Masks of what prompts point at. */
export const segmentRoutes: RouteGroup = (app, services) => {
  const schemas = segmentSchemas(services.limits);
  app.post(
    "/v1/segment",
    {
      preValidation: readForm,
      schema: {
        tags: ["segment"],
        operationId: "segment",
        summary: "Masks of the objects that points, boxes and masks point at",
        body: pictureBody(schemas.json, schemas.form, false),
        response: { 200: SegmentAnswer, ...problems },
      },
    },
    async (request, reply) => {
      const { file, fields } = readPicture(request.body);
      const asked = fields as SegmentRequest; // as the schemas of both forms say
      const names = objectNames(asked.objects);
      const { embedding, model, multimask, maxHoleArea, maxSprinkleArea } = asked;
      const leased = await leasePicture(services, { request, reply }, { file, embedding }, model);
      await using picture = leased.picture;
      const { engine, signal } = leased;
      const prompts: NamedPrompt[] = [];
      for (const [index, each] of asked.objects.entries()) {
        const prompt = await toObjectPrompt(each, `objects[${index}]`, picture.size, engine.loaded, signal);
        prompts.push({ ...prompt, id: names[index] as string | number });
      }
      const options = { multimask, maxHoleArea, maxSprinkleArea, signal };
      const found = await engine.segment(picture, prompts, options);
      return {
        model: engine.name,
        embedding: picture.id,
        encoded: picture.isNew,
        size: pair(picture.size),
        ...(await answerOf(prompts, found, picture.size, asked, services.runtime)),
      };
    },
  );
};

/**
 * One object of a request as the model takes it.
 *
 * @param name   what messages call it
 * @param size   [height, width] of the picture in pixels
 * @throws {InputError} nothing points at it, labels do not fit points, or its mask has another size
 */
export async function toObjectPrompt(
  { points = [], labels, box, mask }: Prompt,
  name: string,
  size: readonly [number, number],
  loaded: LoadedModel,
  signal: AbortSignal,
): Promise<ObjectPrompt> {
  if (points.length === 0 && !box && !mask)
    throw InputError.expected(name, "points, a box or a mask", "none", "say where the object is");
  if (labels && labels.length !== points.length)
    throw InputError.expected(`${name}.labels`, `one per point (${points.length})`, labels.length);
  if (mask?.size.some((side, axis) => side !== size[axis]))
    throw InputError.expected(`${name}.mask`, `the picture's size, [${size.join(", ")}]`, mask.size);
  return {
    points,
    labels: labels ?? points.map(() => 1),
    box,
    mask: mask && (await maskPrompt(new Mask(decompressRle(mask)), loaded, signal)),
  };
}

async function answerOf(
  prompts: readonly NamedPrompt[],
  found: readonly ObjectMask<NamedPrompt>[],
  size: readonly [number, number],
  form: SegmentRequest,
  runtime: Runtime,
) {
  const objects = await Promise.all(
    prompts.map(async (prompt) => {
      const own = found.filter(({ object }) => object === prompt);
      const masks = own.map(({ mask, logits }) => maskAnswer(mask, form, runtime, logits));
      return { id: prompt.id, masks: await Promise.all(masks) };
    }),
  );
  if (form.output !== "coco") return { objects };
  const masks = found.map(({ mask }) => mask);
  const names = found.map(({ object }) => `${object.id}`);
  return { objects, coco: cocoAnswer(masks, size, names) };
}
