import type { ConformanceCase, ConformanceContext, Need } from "./conformance-case.js";
import { deviceCases } from "./device-cases.js";
import { imageCases } from "./image-cases.js";
import { lifecycleCases } from "./lifecycle-cases.js";
import { pngCases } from "./png-cases.js";
import { queueCases } from "./queue-cases.js";
import { sessionCases } from "./session-cases.js";
import { storeCases } from "./store-cases.js";
import { weightCases } from "./weight-cases.js";

/** Everything that the contract asks of a runtime, one statement each. They need no test framework and run wherever a runtime does. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...sessionCases,
  ...deviceCases,
  ...queueCases,
  ...lifecycleCases,
  ...weightCases,
  ...imageCases,
  ...pngCases,
  ...storeCases,
];

/** What the runtime under test has. */
export interface ConformanceOptions extends ConformanceContext {
  /** What the runtime has of what cases may need; cases that need anything else are left out. */
  readonly has: readonly Need[];
}

/** The cases that make sense for a runtime that has these things. */
export function casesFor(has: readonly Need[]): readonly ConformanceCase[] {
  return conformanceCases.filter(({ needs }) => needs.every((need) => has.includes(need)));
}

/**
 * Registers the suite with any test framework.
 *
 * ```ts
 * registerConformance(it, { has: ["engine", "images", "files"], createRuntime: async () => createNodeRuntime({ cacheDir }) });
 * ```
 */
export function registerConformance(
  it: (name: string, run: () => Promise<void>) => unknown,
  { has, createRuntime }: ConformanceOptions,
): void {
  for (const { name, run } of casesFor(has)) it(name, () => run({ createRuntime }));
}
