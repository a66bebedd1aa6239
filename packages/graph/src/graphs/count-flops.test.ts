import { Sam2Config } from "@sam2js/core";
import { expect, it } from "vitest";
import { countFlops } from "./count-flops.js";

const GIGA = 1e9;

it("counts a click of the published tiny model, and as many times that for more prompts", () => {
  const config = Sam2Config.defaults();
  const [one, many] = [countFlops(config), countFlops(config, { prompts: 64 })];
  // Upscaling: 128 rows of what tokens bring by 256 columns, then 4 · 4096 tokens of 64 by 128 and their products with the masks' vectors.
  const upscaling = (2 * (4096 * 128 * 256 + 16384 * 64 * 128 + 65536 * 32 * 3)) / GIGA;
  expect(one.maskDecoder / GIGA).toBeGreaterThan(upscaling);
  expect(one.maskDecoder / GIGA).toBeCloseTo(1.07, 2);
  expect(many.maskDecoder).toBe(64 * one.maskDecoder);
  expect(one.decoderPrelude / GIGA).toBeCloseTo(3.49, 1);
  expect(many.imageEncoder).toBe(one.imageEncoder);
});
