import { parseVideoModelConfig, Sam2VideoConfig } from "@sam2js/core";
import { fixtureDir, videoFixtureNames } from "@sam2js/reference";
import { describe, expect, it } from "vitest";
import { loadModel } from "../__tests__/load-model.js";
import { sam2Weights } from "../graphs/weight-specs.js";
import { isTrainingWeight, isVideoWeight } from "../weights/video-weights.js";
import { videoWeights } from "./video-weights.js";

describe.each(videoFixtureNames)("the weights of %s", (name) => {
  it("are all the tensors of the checkpoint", async () => {
    const checkpoint = await loadModel(fixtureDir(name));
    const specs = videoWeights(parseVideoModelConfig(checkpoint.config));
    expect(specs.map((spec) => spec.name).sort()).toEqual(
      [...checkpoint.tensors.keys()].filter((tensor) => !isTrainingWeight(tensor)).sort(),
    );
    for (const { name: tensor, dims } of specs) {
      expect(checkpoint.tensors.get(tensor)?.dims, tensor).toEqual(dims);
    }
  });

  it("are those of the image model and the ones that it leaves alone", async () => {
    const config = parseVideoModelConfig((await loadModel(fixtureDir(name))).config);
    const own = videoWeights(config).filter((spec) => !isVideoWeight(spec.name));
    expect(own.map((spec) => spec.name).sort()).toEqual(
      sam2Weights(config)
        .map((spec) => spec.name)
        .sort(),
    );
  });
});

it("do not exist for tokens of another size, which mask prompts could not be cut into", () => {
  const config = Sam2VideoConfig.parse({
    image_size: 512,
    mask_downsampler_total_stride: 8,
    prompt_encoder_config: { image_size: 512, patch_size: 8 },
    vision_config: { backbone_config: { image_size: [512, 512], patch_stride: [2, 2] } },
  });
  expect(() => videoWeights(config)).toThrow("patch_size");
});
