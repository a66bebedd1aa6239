import { type BatchEngine, type BatchEntry, type EntryResult, yoloToBox } from "@sam2js/batch";
import { InputError, type RgbImage } from "@sam2js/core";
import { MaskGenerator } from "@sam2js/pipeline";
import type { LoadedModel } from "../model/with-model.js";
import { parseObjects } from "../prompts/json-prompts.js";
import { categoryOf } from "../prompts/prompt-object.js";
import { segmentImage } from "../segment/segment-image.js";
import type { BatchSettings, BatchTask } from "./batch-settings.js";
import { entryBytes, imageSource } from "./read-source.js";

/** What does the pictures of a batch with a loaded model. */
export function createImageEngine(
  task: Extract<BatchTask, "generate" | "segment">,
  settings: BatchSettings,
  loaded: LoadedModel,
): BatchEngine<RgbImage> {
  const { runtime } = loaded.model;
  const generator = new MaskGenerator(loaded);
  const { generation, maxHoleArea = 0, maxSprinkleArea = 0 } = settings;
  const masksOf: Record<typeof task, MasksOf> = {
    async generate(_, image, signal) {
      const { masks } = await generator.generate(image, { ...generation, signal });
      return masks.map((mask) => ({ mask }));
    },
    async segment(entry, image, signal) {
      const objects = parseObjects(
        entry.objects?.map((each) => inPixels(each, image)),
        entry.name,
        ".",
      );
      if (objects.length === 0) return [];
      const options = { multimask: false, maxHoleArea, maxSprinkleArea, signal };
      const findings = await segmentImage(loaded, image, objects, options);
      return findings.map(({ mask, object }) => ({
        mask,
        object: object.id,
        category: categoryOf(object),
      }));
    },
  };
  return {
    prepare: async (entry, signal) => {
      if (task === "segment") requirePrompts(entry);
      return runtime.decodeImage(await imageSource(entry), { signal });
    },
    async work(entry, image, _, signal): Promise<EntryResult> {
      const { width, height } = image;
      return { width, height, masks: await masksOf[task](entry, image, signal) };
    },
    readBytes: (entry, signal) => entryBytes(entry, runtime, signal),
    encodePng: (source) => runtime.encodePng(source),
  };
}

type MasksOf = (
  entry: BatchEntry,
  image: RgbImage,
  signal: AbortSignal,
) => Promise<NonNullable<EntryResult["masks"]>>;

function requirePrompts({ name, objects }: BatchEntry): void {
  if (objects) return;
  const next = "give them in a manifest, or boxes by --boxes";
  throw InputError.expected(name, "prompts for this picture", "none", next);
}

/** Boxes of YOLO are shares of the picture's size, which nobody knew before. */
function inPixels(object: unknown, image: RgbImage): unknown {
  const { yolo, ...rest } = object as { yolo?: [number, number, number, number] };
  return yolo ? { ...rest, box: yoloToBox(yolo, image) } : object;
}
