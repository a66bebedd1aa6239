import {
  checkOptions,
  checkTensor,
  describeValue,
  InputError,
  sortedCorners,
  Tensor,
  type TensorLike,
} from "@sam2js/core";
import type { ImageEmbeddings } from "@sam2js/embeddings";
import { cleanLogits, Mask } from "@sam2js/masks";
import type { Sam2Processor } from "@sam2js/processor";
import { checkParts } from "../model/check-parts.js";
import type { SegmentationModel } from "../model/segmentation-model.js";

/** What points at one object of an image: points, a box, a mask, or several of them. */
export interface ObjectPrompt {
  /** (x, y) in pixels of the image. Default none. */
  readonly points?: readonly (readonly [number, number])[] | undefined;
  /** 1 inside, 0 outside, one per point. Default all 1. */
  readonly labels?: readonly number[] | undefined;
  /** x0, y0, x1, y1 in pixels of the image: two opposite corners, in any order. */
  readonly box?: readonly [number, number, number, number] | undefined;
  /** float32 [h, w] logits to start from; `maskPrompt` makes them from a mask. */
  readonly mask?: TensorLike<"float32"> | undefined;
}

/** How {@link segmentObjects} answers. */
export interface SegmentObjectsOptions {
  /** Keep all masks that the model has for an object, best first, rather than one. Default false. */
  readonly multimask?: boolean | undefined;
  /** Holes of at most so many pixels of the model's masks (a quarter of its input) are filled. Default 0. */
  readonly maxHoleArea?: number | undefined;
  /** Specks of at most so many such pixels are removed. Default 0. */
  readonly maxSprinkleArea?: number | undefined;
  /** Aborting rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** A mask that was found for an object. */
export interface ObjectMask<T extends ObjectPrompt = ObjectPrompt> {
  /** As it was given. */
  readonly object: T;
  /** 1, 2, … best first, where all masks of an object are kept. */
  readonly rank: number | undefined;
  /** In the size of the image, with its score. */
  readonly mask: Mask;
  /** float32 [h, w]: what the mask was made from, fit to be a mask prompt. */
  readonly logits: Tensor<"float32">;
}

/** So many objects go through the decoder together; their logits are held at the same time. */
const OBJECTS_PER_RUN = 64;

/**
 * Segments objects of one image that was encoded before. Objects with the same kinds of prompts share a run, so that no padding changes a
 * result: each object gets what it would get alone. One click alone takes the best of the model's three guesses.
 *
 * @param parts  a model and the processor of the same checkpoint and image size
 * @param size   [height, width] of the image in pixels
 * @returns      masks in the order of the objects
 * @throws {InputError} prompts that do not fit together, an object without any, embeddings of another model
 */
export async function segmentObjects<T extends ObjectPrompt>(
  parts: { readonly model: SegmentationModel; readonly processor: Sam2Processor },
  imageEmbeddings: ImageEmbeddings,
  size: readonly [number, number],
  objects: readonly T[],
  options: SegmentObjectsOptions = {},
): Promise<ObjectMask<T>[]> {
  checkOptions(options, ["multimask", "maxHoleArea", "maxSprinkleArea", "signal"], "segmentObjects");
  checkParts(parts, "segmentObjects");
  if (!Array.isArray(objects))
    throw InputError.expected("objects", "a list of prompts", describeValue(objects));
  objects.forEach(checkPrompt);
  const found = new Map<T, ObjectMask<T>[]>();
  for (const group of groupsOf(objects)) {
    const { iouScores, predMasks } = await decode(parts, imageEmbeddings, size, group, options);
    const [, , perObject = 1, height = 0, width = 0] = predMasks.dims;
    for (const [index, object] of group.entries()) {
      const scores = [...iouScores.data.subarray(index * perObject, (index + 1) * perObject)];
      const order = scores.map((_, mask) => mask).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
      const kept = options.multimask ? order : order.slice(0, 1);
      const masks = kept.map((mask, rank): ObjectMask<T> => {
        const begin = (index * perObject + mask) * height * width;
        const plane = predMasks.data.slice(begin, begin + height * width);
        const logits = new Tensor("float32", plane, [height, width]);
        const { maxHoleArea, maxSprinkleArea } = options;
        cleanLogits(logits.data, width, height, { maxHoleArea, maxSprinkleArea });
        return {
          object,
          rank: options.multimask ? rank + 1 : undefined,
          mask: Mask.fromLogits(logits, size, { score: scores[mask], point: onlyPoint(object) }),
          logits,
        };
      });
      found.set(object, masks);
    }
  }
  return objects.flatMap((object) => found.get(object) ?? []);
}

/** @throws {InputError} nothing that points at an object, or not in the right form */
function checkPrompt(object: ObjectPrompt, index: number): void {
  const name = `objects[${index}]`;
  const { points, box, mask } = object ?? {};
  if (!points?.length && !box && !mask) {
    throw InputError.expected(name, "points, a box or a mask", "none of them", "say where the object is");
  }
  if (points && !(Array.isArray(points) && points.every((point) => Array.isArray(point)))) {
    throw InputError.expected(`${name}.points`, "a list of [x, y] in pixels", describeValue(points));
  }
  if (box && !(Array.isArray(box) && box.length === 4)) {
    throw InputError.expected(`${name}.box`, "[x0, y0, x1, y1] in pixels", describeValue(box));
  }
  if (mask) checkTensor(mask, `${name}.mask`);
}

/** Objects with equally many points, and a box or not, and a mask of the same size or none, together. */
function groupsOf<T extends ObjectPrompt>(objects: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const [index, object] of objects.entries()) {
    const { box, mask } = object;
    const { length } = pointsOf(object);
    const kind = length === 0 && !box ? `alone ${index}` : `${length} ${Boolean(box)} ${mask?.dims}`;
    const group = groups.get(kind);
    if (group) group.push(objects[index] as T);
    else groups.set(kind, [objects[index] as T]);
  }
  return [...groups.values()].flatMap((group) => {
    const runs: T[][] = [];
    for (let at = 0; at < group.length; at += OBJECTS_PER_RUN)
      runs.push(group.slice(at, at + OBJECTS_PER_RUN));
    return runs;
  });
}

async function decode(
  { model, processor }: { readonly model: SegmentationModel; readonly processor: Sam2Processor },
  imageEmbeddings: ImageEmbeddings,
  size: readonly [number, number],
  group: readonly ObjectPrompt[],
  { multimask = false, signal }: SegmentObjectsOptions,
) {
  const [first] = group;
  const prompts = await processor.process({
    originalSizes: [size],
    ...(first &&
      pointsOf(first).length > 0 && {
        inputPoints: [group.map((object) => pointsOf(object).map(([x, y]) => [x, y]))],
        inputLabels: [group.map((object) => [...(object.labels ?? pointsOf(object).map(() => 1))])],
      }),
    ...(first?.box && { inputBoxes: [group.map(({ box }) => (box ? [...sortedCorners(box)] : []))] }),
  });
  const isOneClick = first && pointsOf(first).length === 1 && !first.box && !first.mask;
  return model.forward({
    ...prompts,
    imageEmbeddings,
    inputMasks: joined(group.flatMap(({ mask }) => mask ?? [])),
    multimaskOutput: multimask || isOneClick === true,
    signal,
  });
}

/** float32 [1, N, h, w] out of masks of one size; undefined out of none. */
function joined(masks: readonly TensorLike<"float32">[]): Tensor<"float32"> | undefined {
  if (masks.length === 0) return undefined;
  const [height = 0, width = 0] = masks[0]?.dims ?? [];
  const all = new Float32Array(masks.length * height * width);
  for (const [index, mask] of masks.entries()) all.set(mask.data, index * height * width);
  return new Tensor("float32", all, [1, masks.length, height, width]);
}

const pointsOf = ({ points }: ObjectPrompt): readonly (readonly [number, number])[] => points ?? [];

function onlyPoint(object: ObjectPrompt): readonly [number, number] | undefined {
  const points = pointsOf(object);
  return points.length === 1 ? points[0] : undefined;
}
