import { Sam2HieraDetConfig, Sam2VisionConfig } from "@sam2js/core";
import { fixtureDir, type Golden, goldenDirs, loadGolden, relativeError } from "@sam2js/reference";
import { describe, expect, it } from "vitest";
import { loadModel } from "../__tests__/load-model.js";
import { loadWhole } from "../__tests__/load-whole.js";
import { runGraph } from "../__tests__/node-engine.js";
import { hieraGraph, VISION_PREFIX, visionGraph } from "./vision-graph.js";
import { hieraWeights, visionWeights } from "./weight-specs.js";

/** Of the range of the reference's values. */
const TOLERANCE = 1e-4;

type Outputs = Awaited<ReturnType<typeof runGraph>>;

/** Compares every output of a case that the graph has under the same name. */
function expectEqual(golden: Golden, name: string, outputs: Outputs, lists: readonly string[]): void {
  const { outputs: expected = {} } = golden.case(name);
  expect(
    relativeError(outputs.last_hidden_state, golden.resolveTensor(expected.last_hidden_state)),
  ).toBeLessThan(TOLERANCE);
  for (const list of lists) {
    const tensors = golden.resolveList(expected[list]);
    for (const [i, tensor] of tensors.entries()) {
      expect(relativeError(outputs[`${list}.${i}`], tensor), `${list}.${i}`).toBeLessThan(TOLERANCE);
    }
    expect(outputs[`${list}.${tensors.length}`]).toBeUndefined();
  }
}

const dirs = goldenDirs().map((dir) => ({ dir, isHiera: loadGolden(dir).cases.hiera !== undefined }));

describe.each(dirs)("backbone and neck inside the checkpoint $dir", ({ dir, isHiera }) => {
  const golden = loadGolden(dir);
  const inputs = { pixel_values: golden.tensor("image/a/pixel_values") };

  it("give the reference's levels and hidden states", async () => {
    const { config, weights } = await loadWhole(dir);
    const hiddenStates = config.visionConfig instanceof Sam2VisionConfig; // the reference has none of other backbones
    const options = { attention: "fused", hiddenStates, prefix: VISION_PREFIX } as const;
    const outputs = await runGraph(visionGraph(config.visionConfig, weights, options), inputs);
    expectEqual(golden, "vision", outputs, ["fpn_hidden_states", ...(hiddenStates ? ["hidden_states"] : [])]);
  });

  if (!isHiera) return;
  it("give the reference's stages from the backbone alone", async () => {
    const { config, weights } = await loadWhole(dir);
    const backbone = config.visionConfig.backboneConfig as Sam2HieraDetConfig;
    const options = { attention: "plain", hiddenStates: true, prefix: `${VISION_PREFIX}backbone.` } as const;
    const outputs = await runGraph(hieraGraph(backbone, weights, options), inputs);
    expectEqual(golden, "hiera", outputs, ["intermediate_hidden_states", "hidden_states"]);
  });
});

describe("a checkpoint saved by the part's own class", () => {
  it("has names without prefix for backbone and neck", async () => {
    const golden = loadGolden(fixtureDir("vision-tower"));
    const checkpoint = await loadModel(golden.dir);
    const config = Sam2VisionConfig.parse(checkpoint.config);
    const warnings: unknown[] = [];
    const weights = await checkpoint.weights(visionWeights(config), { onWarning: (w) => warnings.push(w) });
    const graph = visionGraph(config, weights, { attention: "fused", hiddenStates: true });
    const outputs = await runGraph(graph, { pixel_values: golden.tensor("image/a/pixel_values") });
    expectEqual(golden, "vision", outputs, ["fpn_hidden_states", "hidden_states"]);
    expect(warnings).toEqual([]);
  });

  it("has names without prefix for the backbone", async () => {
    const golden = loadGolden(fixtureDir("hiera-tower"));
    const checkpoint = await loadModel(golden.dir);
    const config = Sam2HieraDetConfig.parse(checkpoint.config);
    const warnings: unknown[] = [];
    const weights = await checkpoint.weights(hieraWeights(config), { onWarning: (w) => warnings.push(w) });
    const graph = hieraGraph(config, weights, { attention: "fused", hiddenStates: true });
    const outputs = await runGraph(graph, { pixel_values: golden.tensor("image/a/pixel_values") });
    expectEqual(golden, "hiera", outputs, ["intermediate_hidden_states", "hidden_states"]);
    expect(warnings).toEqual([]);
  });
});
