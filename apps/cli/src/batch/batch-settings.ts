import type { Dtype } from "@sam2js/core";
import type { Precision } from "@sam2js/embeddings";
import type { MaskGenerationOptions } from "@sam2js/pipeline";
import type { TrackFormat } from "../track/track-formats.js";

/** What a batch can do with each of its entries. */
export const BATCH_TASKS = ["generate", "segment", "encode", "track"] as const;

export type BatchTask = (typeof BATCH_TASKS)[number];

/** What results depend on, as it stands in the plan. The same for every worker. */
export interface BatchSettings {
  readonly model: string;
  readonly revision?: string;
  /** What the file of `--config` holds. */
  readonly config?: object;
  readonly dtype?: Dtype;
  readonly imageSize?: number;
  /** Of `generate`. */
  readonly generation?: MaskGenerationOptions;
  /** Of `segment` and `track`, in pixels of the model's masks. */
  readonly maxHoleArea?: number;
  readonly maxSprinkleArea?: number;
  /** Of `encode`. */
  readonly precision?: Precision;
  /** Of `track`: files of each video. */
  readonly videoFormats?: readonly TrackFormat[];
}

/** How a worker computes: changes no result. */
export interface WorkerOptions {
  readonly device?: string | undefined;
  readonly threads?: number | undefined;
  readonly offline?: boolean | undefined;
}
