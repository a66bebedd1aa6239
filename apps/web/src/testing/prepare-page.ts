import type { SegmentEngine } from "../protocol/engine.js";
import { withFault } from "./faults.js";
import { installHooks } from "./hooks.js";

/** What a page opened with `?test` has more: hooks to look at, and an engine that fails as it is told. @returns the engine to use */
export function preparePage(engine: SegmentEngine, query: URLSearchParams): SegmentEngine {
  installHooks();
  return withFault(engine, query.get("fault"));
}
