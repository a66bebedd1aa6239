import { EngineError } from "@sam2js/core";
import { Caller } from "@sam2js/runtime-ort";
import type { SeenRle } from "../domain/document.js";
import type {
  Candidate,
  ComposeRequest,
  DecodeAnswer,
  DecodeRequest,
  DevicePreference,
  EncodeRequest,
  EverythingEvent,
  EverythingOptions,
  ExportedFile,
  ExportRequest,
  KeptModel,
  MaskView,
  ModelChoice,
  ModelInfo,
  PhotoInput,
  Progress,
  ProjectParts,
  SegmentEngine,
  UnpackRequest,
} from "../protocol/engine.js";
import type { ImportAnswer, ImportRequest } from "../protocol/labels.js";
import type { StepAnswer, StepRequest } from "../protocol/video-engine.js";

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The engine in its worker. `isFake` takes discs and boxes in place of a model, for tests. */
export function createWorkerEngine({ isFake }: { readonly isFake: boolean }): SegmentEngine {
  const worker = new Worker(new URL("../workers/engine/backend.worker.ts", import.meta.url), {
    type: "module",
    name: isFake ? "engine-fake" : "engine",
  });
  const caller = new Caller(worker);
  worker.addEventListener("error", (event) => {
    caller.end(
      new EngineError(`engine: the worker ended (${event.message || "no reason given"}); reload the page`),
    );
  });
  return {
    load: (
      model: ModelChoice,
      device: DevicePreference,
      { signal, onProgress }: CallOptions & { onProgress: (progress: Progress) => void },
    ) =>
      caller.call<ModelInfo>(
        "load",
        { model, device, isFake },
        {
          signal,
          onEvent: (event) => onProgress(event as Progress),
        },
      ),
    encode: (request: EncodeRequest, options?: CallOptions) =>
      caller.call<{ elapsedMs: number }>("encode", request, options),
    decode: (request: DecodeRequest, options?: CallOptions) =>
      caller.call<DecodeAnswer | null>("decode", request, options),
    makeWay: () => caller.call<void>("makeWay", undefined),
    adopt: (key: number) => caller.call<void>("adopt", key),
    everything: (
      photo: PhotoInput,
      everything: EverythingOptions,
      { signal, onEvent }: CallOptions & { onEvent: (event: EverythingEvent) => void },
    ) =>
      caller.call<void>(
        "everything",
        { photo, everything },
        {
          signal,
          onEvent: (event) => onEvent(event as EverythingEvent),
        },
      ),
    subject: (photo: PhotoInput, options?: CallOptions) =>
      caller.call<Candidate | null>("subject", photo, options),
    draw: (masks: readonly SeenRle[]) => caller.call<readonly MaskView[]>("draw", masks),
    compose: (request: ComposeRequest, options?: CallOptions) =>
      caller.call<MaskView>("compose", request, options),
    track: (request: StepRequest, options?: CallOptions) =>
      caller.call<StepAnswer>("track", request, {
        ...options,
        transfer: request.image ? [request.image] : [],
      }),
    exportFile: (request: ExportRequest, options?: CallOptions) =>
      caller.call<ExportedFile>("exportFile", request, options),
    unpackInto: (request: UnpackRequest) =>
      caller.call<{ name: string; count: number }>("unpackInto", request),
    importLabels: (request: ImportRequest) => caller.call<ImportAnswer>("importLabels", request),
    keptModels: () => caller.call<readonly KeptModel[]>("keptModels", undefined),
    forgetModel: (repo: string) => caller.call<void>("forgetModel", repo),
    packProject: (parts: ProjectParts) => caller.call<Blob>("packProject", parts),
    unpackProject: (file: Blob) => caller.call<ProjectParts>("unpackProject", file),
  };
}
