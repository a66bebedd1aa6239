import { type ModelReference, OPEN_MODEL_OPTIONS, type SaveFilesOptions } from "@sam2js/checkpoint";
import { checkOptions, createBreather, type JsonObject, ShapeError, type Tensor } from "@sam2js/core";
import {
  type CropBox,
  type CropBoxesOptions,
  filterMasks,
  generateCropBoxes,
  postProcessForMaskGeneration,
} from "@sam2js/masks";
import { stackImages } from "./images/batch.js";
import { blendArray } from "./images/blend-array.js";
import { listSources, loadImage } from "./images/load-image.js";
import { pictureOfPixels } from "./images/picture.js";
import { imageToPlanes } from "./images/planes.js";
import { type ImageInput, type InputDataFormat, isImageArray, readArrays } from "./images/read-arrays.js";
import {
  loadSegmentationMap,
  resizeSegmentationMap,
  type SegmentationMap,
} from "./images/segmentation-map.js";
import { postProcessMasks } from "./logits/post-process-masks.js";
import { failInput } from "./options/fail.js";
import {
  DEFAULT_IMAGE_SETTINGS,
  IMAGE_OPTION_NAMES,
  type ImageOptions,
  type ImageSettings,
  imageSettingsToJSON,
  mergeImageSettings,
} from "./options/image-settings.js";
import { optionsForImageSize } from "./options/image-size.js";
import { parseImageSettings, parseObject } from "./options/json.js";
import type { OriginalSize } from "./prompts/original-sizes.js";
import {
  IMAGE_PROCESSOR_FILE,
  type OpenProcessorOptions,
  type ProcessorRuntime,
  readProcessorFiles,
  saveSettings,
} from "./settings-files.js";

/** {@link ImageOptions}, and who decodes images that are not pixels yet. */
export interface Sam2ImageProcessorOptions extends ImageOptions {
  /** Decodes paths, URLs, bytes and image objects. Without one, only decoded pixels are taken. */
  readonly runtime?: ProcessorRuntime | undefined;
}

/** Where the settings come from, and what to change in them. */
export interface LoadImageProcessorOptions extends OpenProcessorOptions, ImageJsonOptions {}

/** What {@link Sam2ImageProcessor.fromJSON} lays over the settings of a file. */
export interface ImageJsonOptions extends Sam2ImageProcessorOptions {
  /** Side of the model's input in pixels: sets `size`, and `maskSize` to a quarter. */
  readonly imageSize?: number | undefined;
}

/** Parts of `processor_config.json` with settings of images. */
const PARTS = ["image_processor", "video_processor"];

const IMAGE_JSON_OPTIONS = [...IMAGE_OPTION_NAMES, "runtime", "imageSize"] as const;

/** Of more options, those of {@link ImageJsonOptions}. */
export function imageJsonOptions(options: ImageJsonOptions): ImageJsonOptions {
  return Object.fromEntries(IMAGE_JSON_OPTIONS.map((name) => [name, options[name]]));
}

/** Settings of one call. */
export interface PreprocessOptions extends ImageOptions {
  /** Maps of class or instance numbers, one per image; they become `labels`. */
  readonly segmentationMaps?: SegmentationMap | readonly SegmentationMap[] | null | undefined;
  /** Where images that are arrays have their channels. Without, the first axis of 1, 3 or 4 is taken, as in the reference. */
  readonly inputDataFormat?: InputDataFormat | null | undefined;
  /** Aborting rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** One image or several; lists of lists are taken as one list. */
export type Images = ImageInput | readonly ImageInput[] | readonly (readonly ImageInput[])[];

/** Images ready for the network. */
export interface PreprocessedImages {
  /** float32 [B, 3, h, w], RGB, normalised; uint8 if neither rescaled nor normalised. */
  readonly pixelValues: Tensor<"float32" | "uint8">;
  /** [height, width] in pixels before resizing, one per image. */
  readonly originalSizes: OriginalSize[];
  /** int32 [B, h, w] of the size of the model's masks, if there were segmentation maps. */
  readonly labels?: Tensor<"int32">;
}

/**
 * Turns images into the network's input and its logits into masks, with every rule of the reference's `Sam2ImageProcessor`.
 *
 * Each setting may stand in the model's file, be given to the constructor, and to a single call; the last wins.
 *
 * @see `image_processing_sam2.py` of Hugging Face transformers; checked against it in sam2-image-processor.test.ts
 */
export class Sam2ImageProcessor {
  /** The settings of calls that give none. */
  readonly settings: ImageSettings;
  /** Decodes images that are not pixels yet, and has the store of files. */
  readonly runtime: ProcessorRuntime | undefined;
  /** Keys of the file that are none of ours. */
  #rest: JsonObject = {};

  /**
   * @param options  changes to the defaults of the published models
   * @throws {InputError} an option is not valid, or unknown
   */
  constructor(options: Sam2ImageProcessorOptions = {}) {
    checkOptions(options, [...IMAGE_OPTION_NAMES, "runtime"], "Sam2ImageProcessor options");
    this.settings = withOptions(DEFAULT_IMAGE_SETTINGS, options);
    this.runtime = options.runtime;
  }

  /**
   * Loads the settings of a model: of `image_processor` in `processor_config.json`, or of `preprocessor_config.json`.
   *
   * @param model  an id on the Hub, a folder, a URL, files, or a model source
   * @throws {NotFoundError} there is no such model, or it has neither file
   * @throws {ConfigError} a file has a value that is not valid
   */
  static async fromPretrained(
    model: ModelReference,
    options: LoadImageProcessorOptions = {},
  ): Promise<Sam2ImageProcessor> {
    checkOptions(
      options,
      [...OPEN_MODEL_OPTIONS, ...IMAGE_JSON_OPTIONS],
      "Sam2ImageProcessor.fromPretrained",
    );
    return Sam2ImageProcessor.fromJSON(await readProcessorFiles(model, options), imageJsonOptions(options));
  }

  /**
   * Reads settings from the content of `preprocessor_config.json` or `processor_config.json`: its `image_processor`, or without one its
   * `video_processor`. Keys that it does not know are kept for {@link toJSON}.
   *
   * @throws {ConfigError} a value in the file is not valid; the message names its key
   * @throws {InputError} an option is not valid
   */
  static fromJSON(json: unknown, options: ImageJsonOptions = {}): Sam2ImageProcessor {
    checkOptions(options, IMAGE_JSON_OPTIONS, "Sam2ImageProcessor.fromJSON");
    const whole = parseObject(json, "preprocessor_config");
    const part = PARTS.find((name) => Object.hasOwn(whole, name));
    const { settings, rest } = part
      ? parseImageSettings(parseObject(whole[part], part), part)
      : parseImageSettings(whole, "preprocessor_config");
    const sized = withOptions(settings, optionsForImageSize(options.imageSize));
    const processor = new Sam2ImageProcessor({ ...withOptions(sized, options), runtime: options.runtime });
    processor.#rest = rest;
    return processor;
  }

  /** The settings as `preprocessor_config.json` has them (snake_case), with all keys that were read. */
  toJSON(): Record<string, unknown> {
    return {
      image_processor_type: "Sam2ImageProcessor",
      ...this.#rest,
      ...imageSettingsToJSON(this.settings),
    };
  }

  /**
   * Saves the settings in `preprocessor_config.json`, as the reference's `save_pretrained` does. A `processor_config.json` in the same
   * folder is still read first.
   *
   * @param folder  is made if need be; without one nothing is written, and the file is handed out
   * @param options  the store is the runtime's unless another is given
   * @throws {UnsupportedError} a folder where there is no file system  @throws {StoreError} no room, or no right
   */
  savePretrained(folder?: string | URL, options?: SaveFilesOptions): Promise<File[]> {
    return saveSettings(IMAGE_PROCESSOR_FILE, this.toJSON(), this.runtime, folder, options);
  }

  /**
   * Decodes, resizes and normalises images.
   *
   * @param images   paths, URLs, bytes, blobs, pixels or image objects
   * @param options  settings for this call only
   * @throws {InputError} an option is not valid, or an image needs a runtime and there is none
   * @throws {ImageError} an image cannot be decoded
   * @throws {ShapeError} images end up in different sizes, or there is not one segmentation map per image
   */
  async preprocess(images: Images, options: PreprocessOptions = {}): Promise<PreprocessedImages> {
    checkOptions(
      options,
      [...IMAGE_OPTION_NAMES, "segmentationMaps", "inputDataFormat", "signal"],
      "preprocess options",
    );
    const { segmentationMaps, signal } = options;
    const settings = withOptions(this.settings, options);
    const format = readFormat(options.inputDataFormat);
    const alpha = settings.doConvertRgb ? settings.alpha : "drop";
    const breathe = createBreather(signal);
    const originalSizes: OriginalSize[] = [];
    const planes: Tensor<"float32" | "uint8">[] = [];
    for (const [index, source] of listSources<ImageInput>(images, "images").entries()) {
      await breathe();
      const name = `images[${index}]`;
      const pictures = isImageArray(source)
        ? readArrays(source, format, name)
        : [pictureOfPixels(await loadImage(source, name, this.runtime, { alpha, signal }))];
      for (const picture of pictures) {
        const blended =
          alpha === "white" && picture.channels === 4 ? await blendArray(picture, name, signal) : picture;
        originalSizes.push([picture.height, picture.width]);
        planes.push(await imageToPlanes(blended, settings, breathe));
      }
    }
    const pad = settings.doPad ? (settings.padSize ?? "largest") : undefined;
    const pixelValues = stackImages(planes, "images", pad);
    if (segmentationMaps === undefined || segmentationMaps === null) return { pixelValues, originalSizes };
    const labels = await this.#labels(segmentationMaps, planes.length, settings, breathe, signal);
    return { pixelValues, originalSizes, labels };
  }

  /** Brings mask logits to the size of each original image and marks the pixels inside the object: {@link postProcessMasks}. */
  readonly postProcessMasks = postProcessMasks;

  /**
   * Divides an image into crops with a grid of points over each, for mask generation. {@link generateCropBoxes} says how.
   *
   * @param imageSize  [height, width] in pixels
   * @param options    `targetSize` is the height of this processor's `size` by default
   */
  generateCropBoxes(imageSize: OriginalSize, options: CropBoxesOptions = {}): CropBox[] {
    const { size } = this.settings;
    return generateCropBoxes(imageSize, { ...("height" in size && { targetSize: size.height }), ...options });
  }

  /** Keeps the good masks of a decoder run, as run lengths of the whole image: {@link filterMasks}. */
  readonly filterMasks = filterMasks;

  /** Drops masks whose box nearly equals that of a better one: {@link postProcessForMaskGeneration}. */
  readonly postProcessForMaskGeneration = postProcessForMaskGeneration;

  async #labels(
    value: SegmentationMap | readonly SegmentationMap[],
    images: number,
    settings: ImageSettings,
    breathe: () => Promise<void>,
    signal: AbortSignal | undefined,
  ): Promise<Tensor<"int32">> {
    const maps: Tensor<"int32">[] = [];
    for (const [index, source] of listSources<SegmentationMap>(value, "segmentationMaps").entries()) {
      const loaded = await loadSegmentationMap(source, `segmentationMaps[${index}]`, this.runtime, signal);
      for (const map of loaded) maps.push(await resizeSegmentationMap(map, settings, breathe));
    }
    if (maps.length !== images) {
      throw ShapeError.expected(
        "segmentationMaps",
        `one per image, ${images}`,
        maps.length,
        "leave them out or give every image one",
      );
    }
    const pad = settings.doPad ? (settings.padSize ?? "largest") : undefined;
    const stacked = stackImages(maps, "segmentationMaps", pad);
    return stacked.reshape([stacked.dims[0]!, ...stacked.dims.slice(2)]);
  }
}

function withOptions(settings: ImageSettings, options: ImageOptions): ImageSettings {
  return mergeImageSettings(
    settings,
    (name) => options[name],
    (name) => name,
    failInput,
  );
}

function readFormat(value: unknown): InputDataFormat | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === "channels_first" || value === "channels_last") return value;
  return failInput("inputDataFormat", '"channels_first" or "channels_last"', value);
}
