import type { ModelReference } from "@sam2js/checkpoint";
import { ConfigError, type Dtype, type OnProgress, type Runtime, UnsupportedError } from "@sam2js/core";
import nano from "@sam2js/nano";
import { AutoModelForMaskGeneration, type SegmentationModel } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { AutoVideoModel, Sam2VideoProcessor, type VideoSegmentationModel } from "@sam2js/video";

/** A model and the processor of the same checkpoint and image size. */
export interface LoadedModel {
  readonly model: SegmentationModel;
  readonly processor: Sam2Processor;
}

/** Which model, and how it is loaded. */
export interface ModelChoice {
  /** `"nano"`, a Hub id, a folder or a URL. */
  readonly name: string;
  /** Branch, tag or commit of a model on the Hub. Default `"main"`. */
  readonly revision?: string | undefined;
  /** Use what is in the cache, fetch nothing. Default: as the environment says. */
  readonly offline?: boolean | undefined;
  /** Type the image encoder computes in. Default `"fp32"`. */
  readonly dtype?: Dtype | undefined;
  /** Side of the model's input in pixels; the checkpoint's own when missing. */
  readonly imageSize?: number | undefined;
}

/** A video model and its processor. */
export interface LoadedVideoModel {
  readonly model: VideoSegmentationModel;
  readonly processor: Sam2VideoProcessor;
}

/** With {@link loadVideoModel} the place that says which classes the server works with. */
export async function loadModel(
  { name, dtype, ...shared }: ModelChoice,
  runtime: Runtime,
  options: { readonly signal: AbortSignal; readonly onProgress?: OnProgress | undefined },
): Promise<LoadedModel> {
  const reference = referenceOf(name);
  const loading = { ...shared, ...options, runtime };
  const model = await AutoModelForMaskGeneration.fromPretrained(reference, { ...loading, dtype });
  return { model, processor: await Sam2Processor.fromPretrained(reference, loading) };
}

/** @throws {UnsupportedError} the checkpoint is for images alone */
export async function loadVideoModel(
  { name, dtype, ...shared }: ModelChoice,
  runtime: Runtime,
): Promise<LoadedVideoModel> {
  const reference = referenceOf(name);
  const loading = { ...shared, runtime };
  const model = await AutoVideoModel.fromPretrained(reference, { ...loading, dtype }).catch((error) => {
    if (!ConfigError.isInstance(error) || !error.message.startsWith("model_type")) throw error;
    throw UnsupportedError.expected("model", "one for videos", `${name}, which is for images alone`);
  });
  return { model, processor: await Sam2VideoProcessor.fromPretrained(reference, loading) };
}

function referenceOf(name: string): ModelReference {
  return name === "nano" ? nano : name;
}
