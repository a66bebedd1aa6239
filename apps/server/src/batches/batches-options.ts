import type { BatchFormat } from "@sam2js/batch";
import type { MaskGenerationOptions } from "@sam2js/pipeline";
import type { ModelChoice } from "../engine/load-model.js";
import type { BatchAsked } from "./batch-schemas.js";

/** What results of a batch depend on, for the workers' plan. */
export interface BatchWork {
  /** What is done with each entry. */
  readonly task: BatchAsked["task"];
  /** With which model. */
  readonly model: ModelChoice;
  /** Of `generate`: the options of mask generation. */
  readonly generation?: MaskGenerationOptions | undefined;
  /** Of `segment`: holes of at most so many pixels of the model's masks are filled. */
  readonly maxHoleArea?: number | undefined;
  /** Of `segment`: specks of at most so many such pixels are removed. */
  readonly maxSprinkleArea?: number | undefined;
  /** Of `encode`: the type that embeddings are kept in. */
  readonly precision?: BatchAsked["precision"];
  /** Of `track`. */
  readonly videoFormats?: readonly string[] | undefined;
}

/** Workers that do what is too long for one request. */
export interface BatchesOptions {
  /** The Redis or Valkey of `sam2 worker --queue`. */
  readonly queue: string;
  /** Where batches are kept: a folder that has this path on all workers, or `s3://bucket/prefix`. Each tenant has a folder of its own in it. */
  readonly out: string;
  /** Where pictures and videos of requests lie: a folder that has this path on all workers, or `s3://bucket/prefix`. `{tenant}` in it stands for who asks. */
  readonly source: string;
  /** The settings that workers read in a plan. */
  readonly settingsOf: (work: BatchWork) => Readonly<Record<string, unknown>>;
}

/** What a batch is written as, where a request does not say it. */
export const USUAL_FORMATS: readonly BatchFormat[] = ["coco"];
