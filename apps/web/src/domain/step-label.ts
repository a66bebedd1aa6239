import type { en } from "../words/en/index.js";

/** Names of what a step of undo did; their words are in the catalogue. */
export type StepName = keyof typeof en.step;

/** What a step did, in no language yet. */
export type StepLabel =
  | StepName
  | { readonly step: StepName; readonly name?: string; readonly count?: number };
