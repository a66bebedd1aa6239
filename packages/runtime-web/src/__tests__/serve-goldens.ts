import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import nano from "@sam2js/nano";
import { AutoModelForMaskGeneration, type Sam2Inputs } from "@sam2js/pipeline";
import { type Golden, type GoldenCase, type GoldenTensor, loadGolden } from "@sam2js/reference";
import { createNodeRuntime } from "@sam2js/runtime-node";
import type { ParityCase, ServedTensor } from "./parity-case.js";
import type { FilesAt } from "./plain-options.js";
import type { Site } from "./site.js";

const NANO_DIR = path.dirname(fileURLToPath(nano.files["config.json"]));
const FILES = ["config.json", "model.safetensors", "preprocessor_config.json", "processor_config.json"];

/** Puts the files of a model on the site. */
export function serveModel(site: Site, name: string, dir = NANO_DIR): FilesAt {
  const files: Record<string, string> = {};
  for (const file of FILES) {
    try {
      site.files.set(`/models/${name}/${file}`, readFileSync(path.join(dir, file)));
      files[file] = `${site.origin}/models/${name}/${file}`;
    } catch {
      // Some models have one of the two processor files only.
    }
  }
  return { name, files };
}

/** Puts forward cases of a golden on the site, with the model they were made from. */
export function serveGolden(site: Site, name: string): { model: FilesAt; cases: ParityCase[] } {
  const golden = loadGolden(name);
  const cases = forwardCases(golden).map((key): ParityCase => {
    const { outputs = {} } = golden.case(key);
    const output = (each: string) => serve(site, golden.resolveTensor(outputs[each]));
    return {
      ...question(site, golden, key),
      expected: {
        iouScores: output("iou_scores"),
        predMasks: output("pred_masks"),
        objectScoreLogits: output("object_score_logits"),
      },
      embeddings: outputs.image_embeddings
        ? golden.resolveList(outputs.image_embeddings).map((each) => serve(site, each))
        : [],
    };
  });
  return { model: serveModel(site, name, golden.dir), cases };
}

/** The prompts of a golden, answered by the Node runtime, whose parity with the reference is tested in `@sam2js/pipeline`. */
export async function serveNodeAnswers(
  site: Site,
  name: string,
  modelDir = NANO_DIR,
): Promise<{ model: FilesAt; cases: ParityCase[] }> {
  const golden = loadGolden(name);
  const runtime = createNodeRuntime();
  try {
    const model = await AutoModelForMaskGeneration.fromPretrained(modelDir, { runtime });
    const cases: ParityCase[] = [];
    for (const key of forwardCases(golden)) {
      const outputs = await model.forward(inputsOf(golden, key));
      const levels = await outputs.imageEmbeddings.toTensors();
      cases.push({
        ...question(site, golden, key),
        expected: {
          iouScores: serve(site, outputs.iouScores),
          predMasks: serve(site, outputs.predMasks),
          objectScoreLogits: serve(site, outputs.objectScoreLogits),
        },
        embeddings: levels.map((level) => serve(site, level)),
      });
    }
    return { model: serveModel(site, name, modelDir), cases };
  } finally {
    await runtime.dispose();
  }
}

function forwardCases(golden: Golden): string[] {
  const isForward = ({ kind, inputs }: GoldenCase) =>
    kind === "forward" && inputs?.pixel_values !== undefined;
  return Object.keys(golden.cases).filter((key) => isForward(golden.case(key)));
}

function question(site: Site, golden: Golden, key: string): Pick<ParityCase, "name" | "inputs" | "options"> {
  const { inputs = {}, options = {} } = golden.case(key);
  return {
    name: key,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, ref]) => [camel(name), serve(site, golden.resolveTensor(ref))]),
    ),
    options: Object.fromEntries(Object.entries(options).map(([name, value]) => [camel(name), value])),
  };
}

function inputsOf(golden: Golden, key: string): Sam2Inputs {
  const { inputs = {}, options = {} } = golden.case(key);
  const tensors = Object.entries(inputs).map(([name, ref]) => [camel(name), golden.resolveTensor(ref)]);
  const others = Object.entries(options).map(([name, value]) => [camel(name), value]);
  return Object.fromEntries([...tensors, ...others]) as Sam2Inputs;
}

/** Puts a tensor on the site. */
export function serve(
  site: Site,
  { type, dims, data }: Pick<GoldenTensor, "type" | "dims" | "data">,
): ServedTensor {
  const address = `/tensors/${site.files.size}`;
  site.files.set(address, new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice());
  return { type: type as ServedTensor["type"], dims, path: address };
}

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
