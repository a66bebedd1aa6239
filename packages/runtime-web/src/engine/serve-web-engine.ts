import type { EngineMethods } from "@sam2js/runtime-ort";
import { serveEngine } from "@sam2js/runtime-ort/worker";
import { workerScope } from "../worker-scope.js";
import type { WebEngineSettings } from "./protocol.js";

/** What runs in an engine's worker. */
export function serveWebEngine(
  start: (settings: WebEngineSettings, onLost: (why: string) => void) => EngineMethods,
): void {
  // No call has this number: whoever started the worker listens for it.
  const onLost = (lost: string) => workerScope.postMessage({ id: 0, lost });
  serveEngine(workerScope, (settings: WebEngineSettings) => start(settings, onLost));
}
