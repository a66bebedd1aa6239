import type { BatchPlan } from "@sam2js/batch";
import type { NodeDevice } from "@sam2js/runtime-node";
import type { ModelCommandOptions } from "../model/with-model.js";
import type { BatchSettings, WorkerOptions } from "./batch-settings.js";

/** The model of a batch, to be loaded as a worker computes. */
export function modelOptions(
  { settings }: BatchPlan,
  { device, threads, offline }: WorkerOptions,
): ModelCommandOptions {
  const { model, revision, config, dtype, imageSize } = settings as unknown as BatchSettings;
  const how = { threads, offline, device: device as NodeDevice | undefined };
  return { model, revision, config, dtype, imageSize, ...how };
}
