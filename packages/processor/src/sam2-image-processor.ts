import type { ModelReference } from "@sam2js/checkpoint";
import {
  checkOptions,
  createBreather,
  type ImageSource,
  ShapeError,
  type Tensor,
  type TensorLike,
} from "@sam2js/core";
import {
  type CropBox,
  type CropBoxesOptions,
  type FilterMasksOptions,
  filterMasks,
  generateCropBoxes,
  type Mask,
  postProcessForMaskGeneration,
} from "@sam2js/masks";
import { stackImages } from "./images/batch.js";
import { listSources, loadImage } from "./images/load-image.js";
import { imageToPlanes } from "./images/planes.js";
import {
  loadSegmentationMap,
  resizeSegmentationMap,
  type SegmentationMap,
} from "./images/segmentation-map.js";
import { type PostProcessMasksOptions, postProcessMasks } from "./logits/post-process-masks.js";
import type { MaskLogits } from "./logits/read-masks.js";
import { type OpenProcessorOptions, type ProcessorRuntime, readProcessorFiles } from "./open-settings.js";
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
import { type JsonObject, parseImageSettings, parseObject } from "./options/json.js";
import type { OriginalSize, OriginalSizes } from "./prompts/original-sizes.js";

/** {@link ImageOptions}, and who decodes images that are not pixels yet. */
export interface Sam2ImageProcessorOptions extends ImageOptions {
  /** Decodes paths, URLs, bytes and image objects. Without one, only decoded pixels are taken. */
  readonly runtime?: ProcessorRuntime | undefined;
}

/** Where the settings come from, and what to change in them. */
export interface LoadImageProcessorOptions extends OpenProcessorOptions, ImageOptions {
  /** Side of the model's input in pixels: sets `size`, and `maskSize` to a quarter. */
  readonly imageSize?: number | undefined;
}

/** Settings of one call. */
export interface PreprocessOptions extends ImageOptions {
  /** Maps of class or instance numbers, one per image; they become `labels`. */
  readonly segmentationMaps?: SegmentationMap | readonly SegmentationMap[] | null | undefined;
  /** Aborting rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** One image or several; lists of lists are taken as one list. */
export type Images = ImageSource | readonly ImageSource[] | readonly (readonly ImageSource[])[];

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
  readonly #runtime: ProcessorRuntime | undefined;
  readonly #rest: JsonObject;

  /**
   * @param options  changes to the defaults of the published models
   * @throws {InputError} an option is not valid, or unknown
   */
  constructor(options: Sam2ImageProcessorOptions = {}) {
    if (options instanceof ParsedSettings) {
      this.settings = options.settings;
      this.#rest = options.rest;
      this.#runtime = options.runtime;
      return;
    }
    checkOptions(options, [...IMAGE_OPTION_NAMES, "runtime"], "Sam2ImageProcessor options");
    this.settings = withOptions(DEFAULT_IMAGE_SETTINGS, options);
    this.#rest = {};
    this.#runtime = options.runtime;
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
    return Sam2ImageProcessor.fromJSON(await readProcessorFiles(model, options), options);
  }

  /**
   * Reads settings from the content of `preprocessor_config.json` or `processor_config.json`. Keys that it does not know are kept for
   * {@link toJSON}.
   *
   * @throws {ConfigError} a value in the file is not valid; the message names its key
   * @throws {InputError} an option is not valid
   */
  static fromJSON(
    json: unknown,
    options: Sam2ImageProcessorOptions & { readonly imageSize?: number | undefined } = {},
  ): Sam2ImageProcessor {
    const whole = parseObject(json, "preprocessor_config");
    const isNested = Object.hasOwn(whole, "image_processor");
    const { settings, rest } = isNested
      ? parseImageSettings(parseObject(whole.image_processor, "image_processor"), "image_processor")
      : parseImageSettings(whole, "preprocessor_config");
    const sized = withOptions(settings, optionsForImageSize(options.imageSize));
    return new Sam2ImageProcessor(new ParsedSettings(withOptions(sized, options), rest, options.runtime));
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
   * Decodes, resizes and normalises images.
   *
   * @param images   paths, URLs, bytes, blobs, pixels or image objects
   * @param options  settings for this call only
   * @throws {InputError} an option is not valid, or an image needs a runtime and there is none
   * @throws {ImageError} an image cannot be decoded
   * @throws {ShapeError} images end up in different sizes, or there is not one segmentation map per image
   */
  async preprocess(images: Images, options: PreprocessOptions = {}): Promise<PreprocessedImages> {
    checkOptions(options, [...IMAGE_OPTION_NAMES, "segmentationMaps", "signal"], "preprocess options");
    const { segmentationMaps, signal } = options;
    const settings = withOptions(this.settings, options);
    const alpha = settings.doConvertRgb ? settings.alpha : "drop";
    const breathe = createBreather(signal);
    const originalSizes: OriginalSize[] = [];
    const planes: Tensor<"float32" | "uint8">[] = [];
    for (const [index, source] of listSources<ImageSource>(images, "images").entries()) {
      await breathe();
      const image = await loadImage(source, `images[${index}]`, this.#runtime, { alpha, signal });
      originalSizes.push([image.height, image.width]);
      planes.push(imageToPlanes(image, settings));
    }
    const pad = settings.doPad ? (settings.padSize ?? "largest") : undefined;
    const pixelValues = stackImages(planes, "images", pad);
    if (segmentationMaps === undefined || segmentationMaps === null) return { pixelValues, originalSizes };
    const labels = await this.#labels(segmentationMaps, planes.length, settings, signal);
    return { pixelValues, originalSizes, labels };
  }

  /**
   * Brings mask logits to the size of each original image and marks the pixels inside the object. {@link postProcessMasks} says how.
   *
   * @param masks          float32 [B, N, M, h, w], or one [N, M, h, w] per image
   * @param originalSizes  [height, width] in pixels, one per image
   * @returns              one [N, M, height, width] per image: uint8 0 and 1, or float32 with `binarize: false`
   */
  postProcessMasks(
    masks: MaskLogits,
    originalSizes: OriginalSizes,
    options: PostProcessMasksOptions & { readonly binarize: false },
  ): Promise<Tensor<"float32">[]>;
  postProcessMasks(
    masks: MaskLogits,
    originalSizes: OriginalSizes,
    options?: PostProcessMasksOptions & { readonly binarize?: true | undefined },
  ): Promise<Tensor<"uint8">[]>;
  postProcessMasks(
    masks: MaskLogits,
    originalSizes: OriginalSizes,
    options?: PostProcessMasksOptions,
  ): Promise<Tensor<"uint8" | "float32">[]>;
  postProcessMasks(
    masks: MaskLogits,
    originalSizes: OriginalSizes,
    options: PostProcessMasksOptions = {},
  ): Promise<Tensor<"uint8" | "float32">[]> {
    return postProcessMasks(masks, originalSizes, options);
  }

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

  /** Keeps the good masks of a decoder run, as run lengths of the whole image. {@link filterMasks} says how. */
  filterMasks(
    masks: TensorLike<"float32">,
    iouScores: TensorLike<"float32">,
    options: FilterMasksOptions,
  ): Mask[] {
    return filterMasks(masks, iouScores, options);
  }

  /** Drops masks whose box nearly equals that of a better one; best score first. {@link postProcessForMaskGeneration} says how. */
  postProcessForMaskGeneration(masks: readonly Mask[], cropsNmsThresh = 0.7): Mask[] {
    return postProcessForMaskGeneration(masks, cropsNmsThresh);
  }

  async #labels(
    value: SegmentationMap | readonly SegmentationMap[],
    images: number,
    settings: ImageSettings,
    signal: AbortSignal | undefined,
  ): Promise<Tensor<"int32">> {
    const maps: Tensor<"int32">[] = [];
    for (const [index, source] of listSources<SegmentationMap>(value, "segmentationMaps").entries()) {
      const loaded = await loadSegmentationMap(source, `segmentationMaps[${index}]`, this.#runtime, signal);
      for (const map of loaded) maps.push(resizeSegmentationMap(map, settings));
    }
    if (maps.length !== images) {
      throw new ShapeError(
        `segmentationMaps: expected one per image, ${images}, got ${maps.length}; leave them out or give every image one`,
        { expected: images, got: maps.length },
      );
    }
    const pad = settings.doPad ? (settings.padSize ?? "largest") : undefined;
    const stacked = stackImages(maps, "segmentationMaps", pad);
    return stacked.reshape([stacked.dims[0]!, ...stacked.dims.slice(2)]);
  }
}

/** Settings that were read from a file already, on their way into the constructor. */
class ParsedSettings implements Sam2ImageProcessorOptions {
  readonly settings: ImageSettings;
  readonly rest: JsonObject;
  readonly runtime: ProcessorRuntime | undefined;

  constructor(settings: ImageSettings, rest: JsonObject, runtime: ProcessorRuntime | undefined) {
    this.settings = settings;
    this.rest = rest;
    this.runtime = runtime;
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
