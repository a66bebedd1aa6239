import { Sam2VideoConfig } from "@sam2js/core";
import { expect, it } from "vitest";
import { countVideoFlops } from "./count-video-flops.js";

const GIGA = 1e9;

it("counts a tracked frame of the published tiny model", () => {
  const counts = countVideoFlops(Sam2VideoConfig.defaults());
  const { trackPrelude, memoryAttention, memoryEncoder } = counts;
  // 605.6 in the reference; queries times keys of 7 memories and 16 pointers are 60.3 a layer, weights times memories a quarter of that
  expect((trackPrelude + memoryAttention) / GIGA).toBeCloseTo(419.4 + 0.5, 0); // and the features for the memory encoder
  expect(memoryEncoder / GIGA).toBeCloseTo(11.1, 0);
  expect(counts.frame).toBe(
    counts.imageEncoder + trackPrelude + memoryAttention + memoryEncoder + counts.videoDecoder,
  );
});

it("counts what objects share once, and less where less is remembered", () => {
  const config = Sam2VideoConfig.defaults();
  const [one, three] = [countVideoFlops(config), countVideoFlops(config, { objects: 3 })];
  expect(three.frame - one.frame).toBe(2 * (one.memoryAttention + one.videoDecoder + one.memoryEncoder));
  const little = countVideoFlops(config, { memories: 1, pointers: 0 });
  expect(little.memoryAttention).toBeLessThan(one.memoryAttention / 2);
});
