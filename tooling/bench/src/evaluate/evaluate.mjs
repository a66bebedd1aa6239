import { openModel } from "@sam2js/checkpoint";
import { AutoModelForMaskGeneration, MaskGenerator } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { AutoVideoModel, Sam2VideoProcessor } from "@sam2js/video";
import { measureEverything } from "./measure/everything.mjs";
import { measurePrompts } from "./measure/prompts.mjs";
import { measureTracking } from "./measure/tracking.mjs";
import { readSet } from "./read-set.mjs";

/**
 * Measures each model on the set.
 *
 * @param {Record<string, unknown>} models  name to whatever `fromPretrained` takes
 * @param {string} folder  written by `python -m nano_train evaluate`
 * @param {(message: string) => void} [tell]
 * @returns figures by set, model and name, as the Python evaluation writes them into figures.json
 */
export async function evaluate(models, folder, tell = () => undefined) {
  const runtime = createNodeRuntime();
  try {
    const set = readSet(folder, runtime);
    const report = Object.fromEntries(
      [...set.titles, "segment everything", "video, one click"].map((title) => [title, {}]),
    );
    for (const [name, reference] of Object.entries(models)) {
      const options = { runtime, onWarning: () => undefined };
      const model = await AutoModelForMaskGeneration.fromPretrained(reference, options);
      const processor = await Sam2Processor.fromPretrained(reference, { runtime });
      for (const title of set.titles) {
        tell(`${name}: ${title}`);
        report[title][name] = await measurePrompts(model, processor, set.examples(title));
      }
      tell(`${name}: segment everything`);
      const generator = new MaskGenerator({ model, processor });
      report["segment everything"][name] = await measureEverything(generator, set.everything());
      await model.dispose();
      const files = await openModel(reference, { store: runtime.store });
      if ((await files.json("config.json")).model_type !== "sam2_video") continue;
      tell(`${name}: video`);
      const video = await AutoVideoModel.fromPretrained(reference, options);
      const videoProcessor = await Sam2VideoProcessor.fromPretrained(reference, { runtime });
      report["video, one click"][name] = await measureTracking(video, videoProcessor, set.clips());
      await video.dispose();
    }
    return report;
  } finally {
    await runtime.dispose();
  }
}
