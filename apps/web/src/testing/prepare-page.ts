import type { SegmentEngine } from "../protocol/engine.js";
import { waitForAll } from "../state/patience.js";
import { withFault } from "./faults.js";
import { installHooks } from "./hooks.js";

/** What a page opened with `?test` has more: hooks to look at, all the time that a slow machine takes, and an engine that fails as it is told. @returns the engine to use */
export function preparePage(engine: SegmentEngine, query: URLSearchParams): SegmentEngine {
  installHooks();
  const fault = query.get("fault");
  if (fault !== "slow") waitForAll();
  return withFault(engine, fault);
}
