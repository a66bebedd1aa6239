import { type ImageSource, type RgbImage, Tensor, type TensorLike } from "@sam2js/core";
import type { ImageEmbeddings } from "@sam2js/embeddings";
import { type CropBox, cleanMasks, type Mask, type MaskBox, MaskTracer, type Rle } from "@sam2js/masks";
import type { Sam2Processor } from "@sam2js/processor";
import { checkParts } from "../model/check-parts.js";
import type { SegmentationModel } from "../model/segmentation-model.js";
import { cropImage } from "./crop-image.js";
import { type Candidates, decodePoints } from "./decode-points.js";
import { type MaskGenerationOptions, type SettledOptions, settleOptions } from "./generation-options.js";

/** The masks of an image, best predicted IoU first. */
export interface MaskGenerationOutput {
  /** In the size of the image, as run lengths with what is known of each. The other lists are in the same order. */
  readonly masks: readonly Mask[];
  /** Predicted IoU of each mask, about 0 to 1. */
  readonly scores: readonly number[];
  /** With `outputRleMask`: uncompressed run lengths, column by column, pixels outside first. */
  readonly rleMask?: readonly {
    readonly size: readonly [number, number];
    readonly counts: readonly number[];
  }[];
  /** With `outputBboxesMask`: [x0, y0, x1, y1] in pixels, the last pixels inside. */
  readonly boundingBoxes?: readonly MaskBox[];
}

/**
 * What {@link MaskGenerator.stream} yields: masks as they are found, of which some are dropped as duplicates in the end, then the result.
 */
export type MaskGenerationEvent =
  | { readonly type: "found"; readonly mask: Mask }
  | { readonly type: "done"; readonly output: MaskGenerationOutput };

/** [height, width] in pixels. */
type ImageSize = readonly [number, number];

function sizeOf({ height, width }: RgbImage): ImageSize {
  return [height, width];
}

/**
 * Runs that are asked for beyond those that the engine works on. A run is handed to it a few promises after it was asked for: one that is asked for
 * right before filtering, which is synchronous, would begin after it.
 */
const RUNS_AHEAD = 1;

/** Decoding so many takes seconds, in which the encoder's memory (350 MB of hiera-tiny's) would only stand there. */
const MANY_POINTS = 256;

/**
 * Segments everything: prompts a model with a grid of points, keeps what the model is sure of, drops duplicates.
 *
 * Masks are kept as run lengths; logits live only until the next engine run. While the engine works on some points, the masks of the points
 * before are filtered.
 *
 * @see `MaskGenerationPipeline` of Hugging Face transformers, `SAM2AutomaticMaskGenerator` of Meta
 */
export class MaskGenerator {
  /** As given to the constructor, whose caller disposes of it. */
  readonly model: SegmentationModel;
  /** As given to the constructor; its `targetSize` is the model's image size. */
  readonly processor: Sam2Processor;

  /** @param parts  a model and the processor of the same checkpoint and image size; they are not disposed of  @throws {InputError} another thing */
  constructor(parts: { readonly model: SegmentationModel; readonly processor: Sam2Processor }) {
    checkParts(parts, "MaskGenerator");
    this.model = parts.model;
    this.processor = parts.processor;
  }

  /**
   * All masks of one image.
   *
   * @throws {InputError} an option is out of range  @throws {ImageError} the image cannot be decoded
   */
  async generate(image: ImageSource, options: MaskGenerationOptions = {}): Promise<MaskGenerationOutput> {
    let output: MaskGenerationOutput = { masks: [], scores: [] };
    for await (const event of this.stream(image, options)) if (event.type === "done") output = event.output;
    return output;
  }

  /** As {@link MaskGenerator.generate}, with masks at the moment they are found. Leaving the loop early ends the work. */
  async *stream(
    image: ImageSource,
    options: MaskGenerationOptions = {},
  ): AsyncGenerator<MaskGenerationEvent, void, undefined> {
    const settled = settleOptions(options);
    settled.signal?.throwIfAborted();
    const found: Mask[] = [];
    for await (const masks of this.#candidates(image, settled)) {
      for (const mask of masks) {
        found.push(mask);
        yield { type: "found", mask };
      }
    }
    const kept = this.processor.imageProcessor.postProcessForMaskGeneration(found, settled.cropsNmsThresh);
    const masks = cleanMasks(kept, settled.minMaskRegionArea, settled.cropsNmsThresh);
    yield { type: "done", output: toOutput(masks, settled) };
  }

  /** Masks that pass the filters, one list per engine run. */
  async *#candidates(source: ImageSource, options: SettledOptions): AsyncGenerator<Mask[]> {
    const { encoded, signal, onProgress } = options;
    let pixels: Promise<RgbImage> | undefined;
    const decoded = () => (pixels ??= this.model.runtime.decodeImage(source, { signal }));
    const size = encoded?.size ?? sizeOf(await decoded());
    const crops = this.processor.imageProcessor.generateCropBoxes(size, {
      cropNLayers: options.cropsNLayers,
      overlapRatio: options.cropOverlapRatio,
      pointsPerCrop: options.pointsPerCrop,
      cropNPointsDownscaleFactor: options.cropNPointsDownscaleFactor,
      pointGrid: options.pointGrid,
    });
    const total = crops.reduce((sum, { points }) => sum + (points.dims[0] ?? 0), 0);
    let done = 0;
    onProgress?.({ phase: "generate", done, total, unit: "items" });
    for (const [index, crop] of crops.entries()) {
      signal?.throwIfAborted();
      const given = index === 0 ? encoded?.embeddings : undefined; // the first crop is the whole image
      const embeddings = given ?? (await this.#encode(cropImage(await decoded(), crop.box), signal));
      if (!given && crop.points.data.length / 2 >= MANY_POINTS) this.model.trimEncoder();
      try {
        for await (const { masks, points } of this.#ofCrop(embeddings, crop, size, options)) {
          signal?.throwIfAborted(); // a run that began before the abort may have ended by itself
          done += points;
          onProgress?.({ phase: "generate", done, total, unit: "items" });
          yield masks;
        }
      } finally {
        if (embeddings !== given) await embeddings.dispose();
      }
    }
  }

  async #encode(image: RgbImage, signal: AbortSignal | undefined): Promise<ImageEmbeddings> {
    const { pixelValues } = await this.processor.imageProcessor.preprocess(image, { signal });
    return this.model.getImageEmbeddings(pixelValues as TensorLike, { signal });
  }

  async *#ofCrop(
    embeddings: ImageEmbeddings,
    crop: CropBox,
    size: ImageSize,
    options: SettledOptions,
  ): AsyncGenerator<{ masks: Mask[]; points: number }> {
    const points = crop.points.data;
    const count = points.length / 2;
    const { promptsPerRun, runs: lanes } = this.model.maskDecoder.lanes;
    const step = Math.min(options.pointsPerBatch ?? count, promptsPerRun);
    const [left, top, right, bottom] = crop.box;
    const tracer = new MaskTracer(this.model.maskSize, [bottom - top, right - left]);
    const decode = (begin: number) => {
      const batch = points.subarray(2 * begin, 2 * Math.min(count, begin + step));
      const run = decodePoints(this.model.maskDecoder, embeddings.image(0), batch, options);
      run.catch(() => undefined); // awaited in the next turn, unless the caller leaves before
      return run;
    };
    const starts = Array.from({ length: Math.ceil(count / step) }, (_, run) => run * step);
    const ahead = lanes + RUNS_AHEAD;
    const runs = starts.slice(0, ahead).map(decode);
    for (const [run, begin] of starts.entries()) {
      const candidates = await (runs[run] as Promise<Candidates>);
      const later = starts[run + ahead];
      if (later !== undefined) runs.push(decode(later));
      delete runs[run];
      yield {
        masks: this.#filter(candidates, crop, begin, size, tracer, options),
        points: Math.min(step, count - begin),
      };
    }
  }

  #filter(
    { masks, scores, points }: Candidates,
    crop: CropBox,
    begin: number,
    size: ImageSize,
    tracer: MaskTracer,
    options: SettledOptions,
  ): Mask[] {
    const [height, width] = this.model.maskSize;
    return this.processor.imageProcessor.filterMasks(
      new Tensor("float32", masks, [scores.length, height, width]),
      new Tensor("float32", scores, [scores.length]),
      {
        predIouThresh: options.predIouThresh,
        stabilityScoreThresh: options.stabilityScoreThresh,
        maskThreshold: options.maskThreshold,
        stabilityScoreOffset: options.stabilityScoreOffset,
        maxHoleArea: options.maxHoleArea,
        maxSprinkleArea: options.maxSprinkleArea,
        originalSize: size,
        cropBox: crop.box,
        tracer,
        pointOf: (index) => {
          const point = begin + (points[index] ?? 0);
          return [crop.imagePoints.data[2 * point] ?? 0, crop.imagePoints.data[2 * point + 1] ?? 0];
        },
      },
    );
  }
}

function toOutput(
  masks: readonly Mask[],
  { outputRleMask, outputBboxesMask }: SettledOptions,
): MaskGenerationOutput {
  const plain = ({ size, counts }: Rle) => ({ size: [size[0], size[1]] as const, counts: [...counts] });
  return {
    masks,
    scores: masks.map((mask) => mask.score ?? 0),
    ...(outputRleMask && { rleMask: masks.map(plain) }),
    ...(outputBboxesMask && { boundingBoxes: masks.map((mask) => mask.box) }),
  };
}
