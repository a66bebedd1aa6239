import type { Runtime } from "../../runtime/runtime.js";

/** What a runtime must have for a case to make sense: a true engine, image decoders, a file system. */
export type Need = "engine" | "images" | "files";

/** What a case is run with. */
export interface ConformanceContext {
  /** A fresh runtime with a store of its own. The case disposes of it. */
  createRuntime(): Promise<Runtime>;
}

/** One statement about runtimes. */
export interface ConformanceCase {
  /** A sentence about behaviour. */
  readonly name: string;
  /** Without any of these it says nothing; see {@link Need}. */
  readonly needs: readonly Need[];
  /** @throws {ConformanceError} the runtime behaves otherwise */
  run(context: ConformanceContext): Promise<void>;
}

/** A case that is given a runtime, which is disposed of whatever happens. */
export function caseOf(
  name: string,
  needs: readonly Need[],
  run: (runtime: Runtime) => Promise<void>,
): ConformanceCase {
  return {
    name,
    needs,
    run: async (context) => {
      const runtime = await context.createRuntime();
      try {
        await run(runtime);
      } finally {
        await runtime.dispose();
      }
    },
  };
}
