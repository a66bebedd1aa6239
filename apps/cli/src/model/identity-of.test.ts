import { Sam2Config } from "@sam2js/core";
import { Sam2ImageProcessor, Sam2Processor } from "@sam2js/processor";
import { expect, it } from "vitest";
import { identityOf } from "./identity-of.js";

const model = { fingerprint: "weights@1024", config: Sam2Config.defaults() };
const processor = new Sam2Processor();

it("a model is another by its weights, its config and the settings of its processor", () => {
  const others = [
    { model, processor },
    { model: { ...model, fingerprint: "others@1024" }, processor },
    { model: { ...model, config: Sam2Config.defaults().withImageSize(512) }, processor },
    { model, processor: new Sam2Processor(new Sam2ImageProcessor({ imageMean: [0.9, 0.5, 0.5] })) },
  ].map(identityOf);
  expect(new Set(others).size).toBe(4);
  expect(identityOf({ model: { ...model }, processor: new Sam2Processor() })).toBe(others[0]);
});
