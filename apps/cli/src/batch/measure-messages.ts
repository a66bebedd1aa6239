import type { ModelCommandOptions } from "../model/with-model.js";

/** What a process that measures is started with, as JSON on its command line. */
export interface MeasureOptions {
  readonly model: ModelCommandOptions;
  readonly measureMs: number;
}

/** From the process. It starts to measure with the first message that it gets. */
export type MeasureNews =
  | { readonly kind: "ready"; readonly memoryBytes: number }
  | { readonly kind: "rate"; readonly perSecond: number };
