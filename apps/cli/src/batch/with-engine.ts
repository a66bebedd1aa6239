import type { BatchEngine, BatchPlan, BatchStore } from "@sam2js/batch";
import type { ConsoleIo } from "../io/console-io.js";
import { withModel } from "../model/with-model.js";
import type { BatchSettings, BatchTask, WorkerOptions } from "./batch-settings.js";
import { modelOptions } from "./model-options.js";

/** Has the engine of a plan for the time of `work`, once what belongs to the whole batch is in its store. */
export async function withEngine<T>(
  store: BatchStore,
  plan: BatchPlan,
  worker: WorkerOptions,
  io: ConsoleIo,
  work: (engine: BatchEngine) => Promise<T>,
): Promise<T> {
  const task = plan.task as BatchTask;
  const settings = plan.settings as unknown as BatchSettings;
  const options = modelOptions(plan, worker);
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
