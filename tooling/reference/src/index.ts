export { leastIou, type Numbers, rangeOf, relativeError } from "./closeness.js";
export {
  fixtureDir,
  goldenDirs,
  imageFixtureNames,
  towerFixtureNames,
  videoFixtureNames,
  videoGoldenDirs,
} from "./fixture-dirs.js";
export type { Checkpoint, Golden, GoldenCase, GoldenImage, GoldenMeta, Prompt, Ref, Rle } from "./golden.js";
export type { GoldenTensor } from "./golden-tensor.js";
export { checkpointDifferences, loadGolden } from "./load-golden.js";
export { loadMeta, type MetaAnswer, type MetaCheckpoint, metaFrames, metaPixels } from "./load-meta.js";
export {
  type VideoScenario,
  type VideoStep,
  type VideoStepResult,
  videoScenario,
  videoScenarioNames,
} from "./video-scenario.js";
