import { Sam2Error, type Sam2ErrorCode } from "@sam2js/core";
import type { SegmentEngine } from "../protocol/engine.js";
import { untilLetGo } from "./hold.js";

/** How much of a download is there when it breaks. */
const BROKEN_AT = 0.61;
const SLOW_MS = 400;

/** Errors of models from the Hub, as the packages throw them. */
const OF_LOADING: Readonly<Record<string, readonly [Sam2ErrorCode, string]>> = {
  quota: ["STORE_FULL", "owner/name model.safetensors: 156 MB needed, 90 MB free"],
  corrupt: ["INVALID_CHECKPOINT", "model.safetensors: expected a header of 8 bytes or more, got 3"],
  "broken-download": ["DOWNLOAD_FAILED", "model.safetensors: the connection ended after 95 of 156 MB"],
  oom: ["OUT_OF_MEMORY", "encoder: its weights take 898 MB, but there is room for 500 MB"],
};

/** An engine that fails as `?fault=` says, for tests of what a user then sees; unknown faults change nothing. */
export function withFault(engine: SegmentEngine, fault: string | null): SegmentEngine {
  const ofLoading = OF_LOADING[fault ?? ""];
  if (ofLoading) {
    return {
      ...engine,
      async load(model, device, options) {
        if (model.kind !== "hub") return engine.load(model, device, options);
        const progress = { phase: "download", name: model.id, total: 156e6, unit: "bytes" } as const;
        options.onProgress({ ...progress, done: BROKEN_AT * 156e6 });
        throw new Sam2Error(...ofLoading);
      },
    };
  }
  if (fault === "slow") {
    return {
      ...engine,
      async decode(request, options) {
        await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
        return engine.decode(request, options);
      },
    };
  }
  if (fault === "slow-encode") {
    return {
      ...engine,
      async encode(request, options) {
        await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
        return engine.encode(request, options);
      },
    };
  }
  if (fault === "held-load") {
    return {
      ...engine,
      async load(model, device, options) {
        await untilLetGo(options.signal);
        return engine.load(model, device, options);
      },
    };
  }
  if (fault === "held-encode") {
    return {
      ...engine,
      async encode(request, options) {
        if (!request.isDraft) await untilLetGo(options?.signal);
        return engine.encode(request, options);
      },
    };
  }
  if (fault === "gpu-lost") {
    let isBack = false;
    return {
      ...engine,
      async decode(request, options) {
        if (isBack) return engine.decode(request, options);
        // A preview fails without a word; the click itself tells.
        isBack = request.isPreview !== true;
        throw new Sam2Error("DEVICE_LOST", "engine: the browser took the device away (unknown)");
      },
    };
  }
  return engine;
}
