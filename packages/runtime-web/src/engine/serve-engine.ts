import { serve } from "../worker/serve.js";
import type { LocalEngine } from "./create-engine.js";
import type { EngineSettings, LoadRequest, RunRequest } from "./protocol.js";

/** What runs in the engine's worker. The first call is `start`. */
export function serveEngine(start: (settings: EngineSettings) => LocalEngine): void {
  let engine: LocalEngine | undefined;
  const running = (): LocalEngine => {
    if (!engine) throw new ReferenceError("the engine is not started");
    return engine;
  };
  serve({
    start: async (settings: EngineSettings) => {
      engine ??= start(settings);
    },
    facts: async () => running().facts(),
    load: async (request: LoadRequest) => running().load(request),
    run: async (request: RunRequest) => running().run(request),
    read: async (handle: number) => running().read(handle),
    free: async (handles: readonly number[]) => running().free(handles),
    release: async (session: number) => running().release(session),
  });
}
