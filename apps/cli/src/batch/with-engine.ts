import type { BatchEngine, BatchPlan, BatchStore } from "@sam2js/batch";
import type { NodeDevice } from "@sam2js/runtime-node";
import type { ConsoleIo } from "../io/console-io.js";
import { type ModelCommandOptions, withModel } from "../model/with-model.js";
import type { BatchSettings, BatchTask, WorkerOptions } from "./batch-settings.js";

/** Has the engine of a plan for the time of `work`, once what belongs to the whole batch is in its store. */
export async function withEngine<T>(
  store: BatchStore,
  plan: BatchPlan,
  { device, threads, offline }: WorkerOptions,
  io: ConsoleIo,
  work: (engine: BatchEngine) => Promise<T>,
): Promise<T> {
  const task = plan.task as BatchTask;
  const settings = plan.settings as unknown as BatchSettings;
  const { model, revision, config, dtype, imageSize } = settings;
  const options: ModelCommandOptions = {
    model,
    revision,
    config,
    dtype,
    imageSize,
    offline,
    threads,
    device: device as NodeDevice | undefined,
  };
  if (task === "encode") {
    const { createEncodeEngine, keepDecoder } = await import("./encode-engine.js");
    return withModel({ ...options, warmUp: false }, io, async (loaded) => {
      await keepDecoder(store, loaded, io.signal);
      return work(createEncodeEngine(settings, loaded) as BatchEngine);
    });
  }
  if (task !== "track") {
    const { createImageEngine } = await import("./image-engine.js");
    return withModel(options, io, (loaded) => work(createImageEngine(task, settings, loaded) as BatchEngine));
  }
  const { createVideoEngine } = await import("./video-engine.js");
  const { keepAlive } = await import("../track/keep-alive.js");
  const { withVideoModel } = await import("../track/with-video-model.js");
  return keepAlive(() =>
    withVideoModel(options, io, (loaded) => work(createVideoEngine(settings, loaded, io))),
  );
}
