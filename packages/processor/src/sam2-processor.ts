import { type ModelReference, OPEN_MODEL_OPTIONS, type SaveFilesOptions } from "@sam2js/checkpoint";
import {
  checkOneArgument,
  checkOptions,
  describeValue,
  InputError,
  type JsonObject,
  POINT_LABEL,
  sourceName,
  type Tensor,
} from "@sam2js/core";
import { postProcessMasks } from "./logits/post-process-masks.js";
import { type Fail, failConfig, failInput } from "./options/fail.js";
import { IMAGE_OPTION_NAMES } from "./options/image-settings.js";
import { parseObject } from "./options/json.js";
import {
  type EncodedPrompts,
  encodePrompts,
  type PromptSettings,
  type Prompts,
} from "./prompts/encode-prompts.js";
import { type OriginalSize, type OriginalSizes, readOriginalSizes } from "./prompts/original-sizes.js";
import {
  type ImageJsonOptions,
  type Images,
  imageJsonOptions,
  type LoadImageProcessorOptions,
  type PreprocessedImages,
  type PreprocessOptions,
  Sam2ImageProcessor,
} from "./sam2-image-processor.js";
import { PROCESSOR_FILE, readProcessorFiles, saveSettings } from "./settings-files.js";

/** What a processor does with prompts. */
export interface PromptOptions {
  /** Side of the model's input, in pixels, that coordinates are scaled to. Default: the height of the image processor's `size`. */
  readonly targetSize?: number | undefined;
}

/** Where the settings come from, and what to change in them. `imageSize` sets `targetSize` too. */
export interface LoadProcessorOptions extends LoadImageProcessorOptions, PromptOptions {}

/** What {@link Sam2Processor.process} takes: images or their sizes, prompts, and image settings for this call. */
export interface ProcessInputs extends Prompts, PreprocessOptions {
  /** Paths, URLs, bytes, blobs, pixels, arrays or image objects. */
  readonly images?: Images | null | undefined;
  /** [height, width] in pixels, one per image, to scale prompts without the images (their embeddings are there already). */
  readonly originalSizes?: OriginalSizes | null | undefined;
}

/** Inputs of the model. What was not given is missing. */
export interface ProcessedInputs extends EncodedPrompts {
  /** float32 [B, 3, h, w], RGB, normalised (uint8 if neither rescaled nor normalised), if images were given. */
  readonly pixelValues?: Tensor<"float32" | "uint8">;
  /** [height, width] in pixels before resizing, one per image. */
  readonly originalSizes: OriginalSize[];
  /** int32 [B, h, w], if segmentation maps were given. */
  readonly labels?: Tensor<"int32">;
}

/**
 * Turns images and prompts into the inputs of `Sam2Model`, and its masks back into pixels of the images, with every rule of the
 * reference's `Sam2Processor`.
 *
 * @see `processing_sam2.py` of Hugging Face transformers; checked against it in sam2-processor.test.ts
 */
export class Sam2Processor {
  /** Prepares the images and finishes the masks. */
  readonly imageProcessor: Sam2ImageProcessor;
  /** Side of the model's input in pixels. */
  readonly targetSize: number;
  /** Keys of the file that are none of ours. */
  #rest: JsonObject = {};

  /**
   * @param imageProcessor  that of the published models by default
   * @throws {InputError} an option is not valid, or the image processor's size has no height to take `targetSize` from
   */
  constructor(imageProcessor: Sam2ImageProcessor = new Sam2ImageProcessor(), options: PromptOptions = {}) {
    if (!(imageProcessor instanceof Sam2ImageProcessor)) {
      failInput(
        "imageProcessor",
        "a Sam2ImageProcessor",
        imageProcessor,
        "for example new Sam2ImageProcessor({ runtime })",
      );
    }
    checkOptions(options, ["targetSize"], "Sam2Processor options");
    this.imageProcessor = imageProcessor;
    this.targetSize = readTargetSize(
      options.targetSize ?? sizeHeight(imageProcessor),
      "targetSize",
      failInput,
    );
  }

  /**
   * Loads the settings of a model from its `processor_config.json` and `preprocessor_config.json`.
   *
   * @param model  an id on the Hub, a folder, a URL, files, or a model source
   * @throws {NotFoundError} there is no such model, or it has neither file
   * @throws {ConfigError} a file has a value that is not valid
   */
  static async fromPretrained(
    model: ModelReference,
    options: LoadProcessorOptions = {},
  ): Promise<Sam2Processor> {
    checkOptions(options, LOAD_PROCESSOR_OPTIONS, "Sam2Processor.fromPretrained");
    const json = await readProcessorFiles(model, options);
    return Sam2Processor.fromJSON(json, { ...imageJsonOptions(options), targetSize: options.targetSize });
  }

  /**
   * Reads settings from the content of `processor_config.json`, or of `preprocessor_config.json`. Keys that it does not know are kept
   * for {@link toJSON}.
   *
   * @throws {ConfigError} a value in the file is not valid; the message names its key
   * @throws {InputError} an option is not valid
   */
  static fromJSON(json: unknown, options: ImageJsonOptions & PromptOptions = {}): Sam2Processor {
    checkOptions(options, JSON_OPTIONS, "Sam2Processor.fromJSON");
    const whole = parseObject(json, "processor_config");
    const { target_size, point_pad_value, ...others } = whole;
    const isNested = Object.hasOwn(whole, "image_processor");
    const { image_processor: _, ...rest } = isNested ? others : { image_processor: others };
    if (
      !(point_pad_value === undefined || point_pad_value === null || point_pad_value === POINT_LABEL.padding)
    ) {
      failConfig("point_pad_value", `${POINT_LABEL.padding}, the padding that SAM 2 knows`, point_pad_value);
    }
    const imageJson = isNested ? whole : others;
    const imageProcessor = Sam2ImageProcessor.fromJSON(imageJson, imageJsonOptions(options));
    const targetSize =
      options.targetSize ??
      options.imageSize ??
      (target_size === undefined || target_size === null
        ? undefined
        : readTargetSize(target_size, "target_size", failConfig));
    const processor = new Sam2Processor(imageProcessor, { targetSize });
    processor.#rest = rest;
    return processor;
  }

  /** The settings as `processor_config.json` has them (snake_case), with all keys that were read. */
  toJSON(): Record<string, unknown> {
    return {
      processor_class: "Sam2Processor",
      ...this.#rest,
      image_processor: this.imageProcessor.toJSON(),
      point_pad_value: POINT_LABEL.padding,
      target_size: this.targetSize,
    };
  }

  /**
   * Saves the settings in `processor_config.json`, as the reference's `save_pretrained` does.
   *
   * @param folder  is made if need be; without one nothing is written, and the file is handed out
   * @param options  the store is the runtime's unless another is given
   * @throws {UnsupportedError} a folder where there is no file system  @throws {StoreError} no room, or no right
   */
  savePretrained(folder?: string | URL, options?: SaveFilesOptions): Promise<File[]> {
    return saveSettings(PROCESSOR_FILE, this.toJSON(), this.imageProcessor.runtime, folder, options);
  }

  /**
   * Prepares images and prompts for the model.
   *
   * Prompts are in pixels of the original images, (x, y), x to the right, y down. Points are nested [image, object, point, xy] and their
   * labels [image, object, point]: images may have different numbers of objects and objects of points, which are padded. Boxes are
   * nested [image, box, 4].
   *
   * @throws {ShapeError} wrong nesting, labels unlike points, or prompts for another number of images than there are
   * @throws {InputError} neither images nor originalSizes, a value that is no number, an unknown or invalid option
   * @throws {ImageError} an image cannot be decoded
   */
  process(inputs: ProcessInputs & { readonly images: Images }): Promise<ProcessedInputs & PreprocessedImages>;
  process(inputs: ProcessInputs): Promise<ProcessedInputs>;
  async process(inputs: ProcessInputs, ...rest: never[]): Promise<ProcessedInputs> {
    refuseBareImage(inputs);
    checkOptions(inputs ?? null, INPUT_NAMES, "process");
    checkOneArgument(rest, "process");
    const { images, segmentationMaps, inputPoints, inputLabels, inputBoxes, originalSizes, ...options } =
      inputs;
    const settings: PromptSettings = { targetSize: this.targetSize };
    const prompts: Prompts = { inputPoints, inputLabels, inputBoxes };
    const given =
      originalSizes === undefined || originalSizes === null ? undefined : readOriginalSizes(originalSizes);
    if (images === undefined || images === null) {
      if (!given) {
        throw InputError.expected(
          "process",
          "images, or originalSizes for prompts alone",
          "neither",
          "for example process({ images: image, inputPoints: [[[[500, 375]]]] })",
        );
      }
      if (segmentationMaps !== undefined && segmentationMaps !== null) {
        throw InputError.expected("segmentationMaps", "images beside them", "none", "give both or neither");
      }
      options.signal?.throwIfAborted();
      return { originalSizes: given, ...encodePrompts(prompts, given, settings) };
    }
    const preprocessed = await this.imageProcessor.preprocess(images, { ...options, segmentationMaps });
    if (given) checkSameSizes(given, preprocessed.originalSizes);
    return { ...preprocessed, ...encodePrompts(prompts, preprocessed.originalSizes, settings) };
  }

  /** Brings mask logits to the size of each original image and marks the pixels inside the object: {@link postProcessMasks}. */
  readonly postProcessMasks = postProcessMasks;
}

const JSON_OPTIONS = [...IMAGE_OPTION_NAMES, "runtime", "imageSize", "targetSize"];

/** Names of all {@link LoadProcessorOptions}. */
export const LOAD_PROCESSOR_OPTIONS: readonly string[] = [...OPEN_MODEL_OPTIONS, ...JSON_OPTIONS];

const INPUT_NAMES = [
  "images",
  "segmentationMaps",
  "inputPoints",
  "inputLabels",
  "inputBoxes",
  "originalSizes",
  "inputDataFormat",
  "signal",
  ...IMAGE_OPTION_NAMES,
];

function sizeHeight({ settings }: Sam2ImageProcessor): number | undefined {
  return "height" in settings.size ? settings.size.height : undefined;
}

function readTargetSize(value: unknown, name: string, fail: Fail): number {
  const isSide = typeof value === "number" && Number.isFinite(value) && value > 0;
  return isSide
    ? value
    : fail(name, "the side of the model's input in pixels, > 0", value, "for example 1024");
}

function checkSameSizes(given: readonly OriginalSize[], actual: readonly OriginalSize[]): void {
  const [expected, got] = [actual, given].map((sizes) =>
    sizes.map((size) => `[${size.join(", ")}]`).join(", "),
  );
  if (expected === got) return;
  throw InputError.expected(
    "originalSizes",
    `the sizes of the images, [${expected}]`,
    `[${got}]`,
    "leave originalSizes out where images are given",
  );
}

/** In Python images come first; here all inputs have names. */
function refuseBareImage(inputs: unknown): void {
  const isObject = typeof inputs === "object" && inputs !== null;
  const isImage =
    typeof inputs === "string" ||
    inputs instanceof URL ||
    inputs instanceof Blob ||
    inputs instanceof ArrayBuffer ||
    ArrayBuffer.isView(inputs) ||
    Array.isArray(inputs) ||
    (isObject && ("data" in inputs || "width" in inputs || "displayWidth" in inputs));
  if (!isImage) return;
  const got = typeof inputs === "string" ? JSON.stringify(sourceName(inputs)) : describeValue(inputs);
  throw InputError.expected("process", "an object with named inputs", got, "give { images: image }");
}
