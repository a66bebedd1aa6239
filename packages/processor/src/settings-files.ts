import {
  findReadyModel,
  type ModelFiles,
  type ModelReference,
  type OpenModelOptions,
  openModel,
  pickOpenOptions,
  type SaveFilesOptions,
  saveFiles,
} from "@sam2js/checkpoint";
import { checkOptions, type JsonObject, NotFoundError, type Runtime } from "@sam2js/core";
import { parseObject } from "./options/json.js";

/** The file that transformers 5 writes, with the image processor inside. */
export const PROCESSOR_FILE = "processor_config.json";
/** The file of published checkpoints, the image processor alone. */
export const IMAGE_PROCESSOR_FILE = "preprocessor_config.json";
/** The file of published checkpoints for videos. */
const VIDEO_PROCESSOR_FILE = "video_preprocessor_config.json";

/** What a processor needs of a runtime: a decoder of images and, to load from a model, its files. */
export type ProcessorRuntime = Pick<Runtime, "decodeImage"> &
  Partial<Pick<Runtime, "store" | "readImageBytes">>;

/** How a model's files are found. The store is the runtime's unless another is given. */
export interface OpenProcessorOptions extends OpenModelOptions {
  /** Decodes images that are not pixels yet, and has the store. Without one the processor takes decoded pixels only. */
  readonly runtime?: ProcessorRuntime | undefined;
}

/**
 * Reads the settings of a model's processor: the `image_processor` in `processor_config.json` before `preprocessor_config.json`; for videos
 * its `video_processor` before `video_preprocessor_config.json` and `preprocessor_config.json`. A `.pt` file, which has none of them, gets the
 * settings of the published models.
 *
 * @returns the content of `processor_config.json` with `image_processor` filled in, for videos `video_processor` too if there is any
 * @throws {NotFoundError} the model has neither
 * @throws {ConfigError} a file is not valid JSON
 */
export async function readProcessorFiles(
  model: ModelReference,
  options: OpenProcessorOptions,
  kind: "image" | "video" = "image",
): Promise<JsonObject & { readonly image_processor: unknown }> {
  const store = options.store ?? options.runtime?.store;
  const files = await openModel(model, { ...pickOpenOptions(options), store });
  const whole = parseObject((await files.json(PROCESSOR_FILE)) ?? {}, PROCESSOR_FILE);
  const inside = Object.hasOwn(whole, "image_processor") ? whole.image_processor : undefined;
  const ofWeights = await pickledSettings(files);
  const imageProcessor =
    inside ?? (await files.json(IMAGE_PROCESSOR_FILE)) ?? ofWeights ?? (await readySettings(files));
  if (imageProcessor === undefined) {
    throw NotFoundError.expected(
      files.name,
      `${PROCESSOR_FILE} with an image_processor, or ${IMAGE_PROCESSOR_FILE}`,
      "neither",
      "add one of them, or use new Sam2Processor() for the settings of the published SAM 2 models",
    );
  }
  if (kind === "image") return { ...whole, image_processor: imageProcessor };
  const given = Object.hasOwn(whole, "video_processor") ? whole.video_processor : undefined;
  const videoProcessor =
    given ??
    (await files.json(VIDEO_PROCESSOR_FILE)) ??
    (await files.json(IMAGE_PROCESSOR_FILE)) ??
    ofWeights;
  return {
    ...whole,
    image_processor: imageProcessor,
    ...(videoProcessor != null && { video_processor: videoProcessor }),
  };
}

/** Of a `.pt` file, the settings of published models, at the image size that the config was given with. */
async function pickledSettings(files: ModelFiles): Promise<JsonObject | undefined> {
  if (files.pickled === undefined) return undefined;
  const { image_size: side } = parseObject((await files.json("config.json")) ?? {}, "config");
  return typeof side === "number" ? sized(side) : {};
}

/** Of ready-made ONNX files without settings, those of published models, at the image size that the encoder takes. */
async function readySettings(files: ModelFiles): Promise<JsonObject | undefined> {
  const ready = await findReadyModel(files);
  if (ready?.imageSize === undefined) return ready && {};
  return sized(ready.imageSize);
}

function sized(side: number): JsonObject {
  const square = (size: number) => ({ height: size, width: size });
  return { size: square(side), mask_size: square(Math.floor(side / 4)) };
}

/** Saves settings in a file as the reference writes them: two spaces, keys in order. The store is the runtime's unless another is given. */
export function saveSettings(
  name: string,
  json: JsonObject,
  runtime: ProcessorRuntime | undefined,
  folder: string | URL | undefined,
  options: SaveFilesOptions = {},
): Promise<File[]> {
  checkOptions(options, ["store", "signal"], "savePretrained options");
  const content = () => `${JSON.stringify(inOrder(json), null, 2)}\n`;
  return saveFiles(folder, [{ name, content }], { store: runtime?.store, ...options });
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, inOrder(item)]));
}
