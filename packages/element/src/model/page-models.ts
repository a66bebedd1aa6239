import { AutoModelForMaskGeneration } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createWebRuntime } from "@sam2js/runtime-web";
import { SharedModels } from "./shared-models.js";

/** The models of this page's elements. */
export const pageModels = new SharedModels({
  createRuntime: () => createWebRuntime(),
  load: async (reference, options) => {
    const [model, processor] = await Promise.all([
      AutoModelForMaskGeneration.fromPretrained(reference, options),
      Sam2Processor.fromPretrained(reference, { runtime: options.runtime, signal: options.signal }),
    ]);
    return { model, processor };
  },
});
