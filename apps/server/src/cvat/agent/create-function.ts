import type { Runtime } from "@sam2js/core";
import { EmbeddingFolder } from "@sam2js/embedding-store";
import { Engine } from "../../engine/engine.js";
import { loadVideoModel, type ModelChoice } from "../../engine/load-model.js";
import { createQueues } from "../../engine/work-queue.js";
import { DEFAULT_LIMITS } from "../../limits.js";
import { Metrics } from "../../metrics/metrics.js";
import type { Tasks } from "../api/tasks.js";
import type { AgentFunction, FunctionKind } from "../functions/agent-function.js";
import { Detector, type DetectorMode } from "../functions/detector.js";
import { Interactor } from "../functions/interactor.js";
import { Tracker } from "../functions/tracker.js";

/** What functions are made with. */
export interface FunctionParts {
  readonly runtime: Runtime;
  readonly model: ModelChoice;
  /** Folder that keeps embeddings. */
  readonly embeddings: string | undefined;
  readonly tasks: Tasks;
  readonly detect: DetectorMode;
  readonly label: string;
  /** Ends the loading of models. */
  readonly signal: AbortSignal;
}

/** Makes functions of all kinds; those that work on single frames share a model. */
export class FunctionMaker implements AsyncDisposable {
  readonly #parts: FunctionParts;
  #engine: Promise<Engine> | undefined;

  constructor(parts: FunctionParts) {
    this.#parts = parts;
  }

  /** @throws what loading a model throws */
  async create(kind: FunctionKind): Promise<AgentFunction> {
    const { tasks, model, runtime, detect, label } = this.#parts;
    switch (kind) {
      case "interactor":
        return new Interactor(await this.#imageEngine(), tasks, DEFAULT_LIMITS);
      case "detector":
        return new Detector(await this.#imageEngine(), tasks, { mode: detect, label });
      case "tracker":
        return Tracker.create(() => loadVideoModel(model, runtime), tasks);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#engine?.catch(() => undefined))?.dispose();
  }

  #imageEngine(): Promise<Engine> {
    this.#engine ??= this.#loadEngine();
    return this.#engine;
  }

  async #loadEngine(): Promise<Engine> {
    const { runtime, model, embeddings, signal } = this.#parts;
    const limits = DEFAULT_LIMITS;
    const store = embeddings ? await EmbeddingFolder.open(embeddings) : undefined;
    const shared = { runtime, limits, metrics: new Metrics(), store, precision: "f16" } as const;
    return Engine.load(model, { ...shared, ...createQueues(limits) }, signal);
  }
}
