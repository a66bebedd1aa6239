import { type RgbImage, Tensor } from "@sam2js/core";
import { cleanLogits, Mask } from "@sam2js/masks";
import type { ImageEmbeddings } from "@sam2js/pipeline";
import type { LoadedModel } from "../model/with-model.js";
import type { PromptObject } from "../prompts/prompt-object.js";
import { loadMaskPrompt } from "./load-mask-prompt.js";

export interface SegmentOptions {
  /** Keep all masks that the model has for an object, best first, rather than one. */
  readonly multimask: boolean;
  /** In pixels of the model's masks (a quarter of its input). */
  readonly maxHoleArea: number;
  readonly maxSprinkleArea: number;
  /** The one label of mask files that is meant. */
  readonly maskLabel?: number | undefined;
  readonly signal: AbortSignal;
}

/** A mask that was found for an object. */
export interface Finding {
  readonly object: PromptObject;
  /** 1, 2, … best first, where all masks of an object are kept. */
  readonly rank: number | undefined;
  readonly mask: Mask;
  /** float32 [h, w]: what the mask was made from, fit to be a mask prompt. */
  readonly logits: Tensor<"float32">;
}

/** So many objects go through the decoder together; their logits are held at the same time. */
const OBJECTS_PER_RUN = 64;

/**
 * Segments objects of one image, which is encoded once. Objects with the same kinds of prompts share a run, so that no padding changes a
 * result: each object gets what it would get alone.
 *
 * @returns  findings in the order of the objects
 */
export async function segmentImage(
  loaded: LoadedModel,
  image: RgbImage,
  objects: readonly PromptObject[],
  options: SegmentOptions,
): Promise<Finding[]> {
  const { model, processor } = loaded;
  const { pixelValues } = await processor.process({ images: image, signal: options.signal });
  const embeddings = await model.getImageEmbeddings(pixelValues, { signal: options.signal });
  try {
    const masks = new Map<PromptObject, Tensor<"float32">>();
    for (const object of objects) {
      if (object.mask !== undefined)
        masks.set(object, await loadMaskPrompt(object.mask, loaded, options.maskLabel, options.signal));
    }
    const found = new Map<PromptObject, Finding[]>();
    for (const group of groupsOf(objects, masks)) {
      await segmentGroup(loaded, embeddings, image, group, masks, options, found);
    }
    return objects.flatMap((object) => found.get(object) ?? []);
  } finally {
    await embeddings.dispose();
  }
}

type MaskPrompts = ReadonlyMap<PromptObject, Tensor<"float32">>;

/** Objects with equally many points, and a box or not, and a mask of the same size or none, together. */
function groupsOf(objects: readonly PromptObject[], masks: MaskPrompts): PromptObject[][] {
  const groups = new Map<string, PromptObject[]>();
  for (const [index, object] of objects.entries()) {
    const isMaskAlone = object.points.length === 0 && !object.box;
    const kind = isMaskAlone
      ? `alone ${index}`
      : `${object.points.length} ${object.box !== undefined} ${masks.get(object)?.dims}`;
    const group = groups.get(kind);
    if (group) group.push(object);
    else groups.set(kind, [object]);
  }
  return [...groups.values()].flatMap((group) => {
    const runs: PromptObject[][] = [];
    for (let at = 0; at < group.length; at += OBJECTS_PER_RUN)
      runs.push(group.slice(at, at + OBJECTS_PER_RUN));
    return runs;
  });
}

async function segmentGroup(
  loaded: LoadedModel,
  embeddings: ImageEmbeddings,
  image: RgbImage,
  group: readonly PromptObject[],
  masks: MaskPrompts,
  options: SegmentOptions,
  found: Map<PromptObject, Finding[]>,
): Promise<void> {
  const { model, processor } = loaded;
  const { maxHoleArea, maxSprinkleArea } = options;
  const [first] = group;
  if (!first) return;
  const size = [image.height, image.width] as const;
  const prompts = await processor.process({
    originalSizes: [[image.height, image.width]],
    ...(first.points.length > 0 && {
      inputPoints: [group.map(({ points }) => points.map(([x, y]) => [x, y]))],
      inputLabels: [group.map(({ labels }) => [...labels])],
    }),
    ...(first.box && { inputBoxes: [group.map(({ box }) => [...(box ?? [])])] }),
  });
  const isOneClick = first.points.length === 1 && !first.box && !first.mask;
  const { iouScores, predMasks } = await model.forward({
    ...prompts,
    imageEmbeddings: embeddings,
    inputMasks: joined(group.flatMap((object) => masks.get(object) ?? [])),
    multimaskOutput: options.multimask || isOneClick,
    signal: options.signal,
  });
  const [, , perObject = 1, height = 0, width = 0] = predMasks.dims;
  for (const [index, object] of group.entries()) {
    const scores = [...iouScores.data.subarray(index * perObject, (index + 1) * perObject)];
    const order = scores.map((_, mask) => mask).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
    const kept = options.multimask ? order : order.slice(0, 1);
    const findings = kept.map((mask, rank): Finding => {
      const begin = (index * perObject + mask) * height * width;
      const logits = new Tensor("float32", predMasks.data.slice(begin, begin + height * width), [
        height,
        width,
      ]);
      cleanLogits(logits.data, width, height, { maxHoleArea, maxSprinkleArea });
      return {
        object,
        rank: options.multimask ? rank + 1 : undefined,
        mask: Mask.fromLogits(logits, size, { score: scores[mask], point: onlyPoint(object) }),
        logits,
      };
    });
    found.set(object, findings);
  }
}

/** float32 [1, N, h, w] out of masks of one size; undefined out of none. */
function joined(masks: readonly Tensor<"float32">[]): Tensor<"float32"> | undefined {
  if (masks.length === 0) return undefined;
  const [height = 0, width = 0] = masks[0]?.dims ?? [];
  const all = new Float32Array(masks.length * height * width);
  for (const [index, mask] of masks.entries()) all.set(mask.data, index * height * width);
  return new Tensor("float32", all, [1, masks.length, height, width]);
}

function onlyPoint({ points }: PromptObject): readonly [number, number] | undefined {
  return points.length === 1 ? points[0] : undefined;
}
