import type { ModelReference } from "@sam2js/checkpoint";
import type { Dtype, OnProgress, Runtime } from "@sam2js/core";
import nano from "@sam2js/nano";
import { AutoModelForMaskGeneration, type SegmentationModel } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";

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

/** The one place that says which classes the server works with. */
export async function loadModel(
  { name, dtype, ...shared }: ModelChoice,
  runtime: Runtime,
  options: { readonly signal: AbortSignal; readonly onProgress?: OnProgress | undefined },
): Promise<LoadedModel> {
  const reference: ModelReference = name === "nano" ? nano : name;
  const model = await AutoModelForMaskGeneration.fromPretrained(reference, {
    ...shared,
    ...options,
    runtime,
    dtype,
  });
  const processor = await Sam2Processor.fromPretrained(reference, { ...shared, ...options, runtime });
  return { model, processor };
}
