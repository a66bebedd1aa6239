import type { FromPretrainedOptions, ModelReference } from "@sam2js/checkpoint";
import { describeValue, type ImageSource, InputError } from "@sam2js/core";
import { Sam2Processor } from "@sam2js/processor";
import { AutoModelForMaskGeneration } from "../model/auto-model-for-mask-generation.js";
import type { SegmentationModel } from "../model/segmentation-model.js";
import type { MaskGenerationOptions } from "./generation-options.js";
import { type MaskGenerationOutput, MaskGenerator } from "./mask-generator.js";

/** A loaded "mask-generation" pipeline: call it with an image, or with a list of images. */
export interface MaskGenerationPipeline {
  (image: ImageSource, options?: MaskGenerationOptions): Promise<MaskGenerationOutput>;
  (images: readonly ImageSource[], options?: MaskGenerationOptions): Promise<MaskGenerationOutput[]>;
  /** The model that answers the prompts, loaded or as passed in. */
  readonly model: SegmentationModel;
  /** The processor of the same image size, loaded or as passed in. */
  readonly processor: Sam2Processor;
  /** Masks as they are found; see {@link MaskGenerator.stream}. */
  readonly stream: MaskGenerator["stream"];
  /** Disposes of the model, unless it was passed in. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Loads what a task needs. There is one task, `"mask-generation"`: segment everything in an image.
 *
 * @param model  what `Sam2Model.fromPretrained` takes, with its options; or a loaded `{ model, processor }`
 * @throws {InputError} another task, or no options  @throws what `Sam2Model.fromPretrained` and `Sam2Processor.fromPretrained` throw
 * @see `pipeline` of Hugging Face transformers
 */
export async function pipeline(
  task: "mask-generation",
  model: ModelReference,
  options: FromPretrainedOptions,
): Promise<MaskGenerationPipeline>;
/** The same with a model and a processor that are loaded already and stay the caller's: `dispose()` leaves them alone. */
export async function pipeline(
  task: "mask-generation",
  parts: { readonly model: SegmentationModel; readonly processor: Sam2Processor },
): Promise<MaskGenerationPipeline>;
export async function pipeline(
  task: "mask-generation",
  model: ModelReference | { readonly model: SegmentationModel; readonly processor: Sam2Processor },
  options?: FromPretrainedOptions,
): Promise<MaskGenerationPipeline> {
  if (task !== "mask-generation") {
    const expected = "mask-generation";
    throw new InputError(`pipeline: expected the task "${expected}", got ${describeValue(task)}`, {
      name: "task",
      expected,
      got: task,
    });
  }
  if (isLoaded(model)) return callable(new MaskGenerator(model), async () => undefined);
  if (!options) {
    throw new InputError(
      'pipeline: expected options with a runtime, as in pipeline("mask-generation", id, { runtime })',
    );
  }
  const loaded = await AutoModelForMaskGeneration.fromPretrained(model, options);
  try {
    const { dtype: _dtype, onWarning: _onWarning, ...shared } = options;
    const processor = await Sam2Processor.fromPretrained(model, shared);
    return callable(new MaskGenerator({ model: loaded, processor }), () => loaded.dispose());
  } catch (error) {
    await loaded.dispose();
    throw error;
  }
}

function isLoaded(
  value: unknown,
): value is { readonly model: SegmentationModel; readonly processor: Sam2Processor } {
  return typeof value === "object" && value !== null && "model" in value && "processor" in value;
}

function callable(generator: MaskGenerator, dispose: () => Promise<void>): MaskGenerationPipeline {
  function call(image: ImageSource, options?: MaskGenerationOptions): Promise<MaskGenerationOutput>;
  function call(
    images: readonly ImageSource[],
    options?: MaskGenerationOptions,
  ): Promise<MaskGenerationOutput[]>;
  async function call(given: ImageSource | readonly ImageSource[], options?: MaskGenerationOptions) {
    if (!Array.isArray(given)) return generator.generate(given as ImageSource, options);
    const outputs: MaskGenerationOutput[] = [];
    for (const image of given) outputs.push(await generator.generate(image, options));
    return outputs;
  }
  return Object.assign(call, {
    model: generator.model,
    processor: generator.processor,
    stream: generator.stream.bind(generator),
    dispose,
    [Symbol.asyncDispose]: dispose,
  });
}
