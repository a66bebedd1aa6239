// masks
export {
  type CleanLogitsOptions,
  cleanLogits,
  fillHoles,
  removeSprinkles,
} from "./masks/clean-components.js";
export { type Components, connectedComponents } from "./masks/connected-components.js";
export type { UpsampleAxis } from "./masks/upsample-axis.js";
export { planUpsample, type UpsamplePlan, upsampleLogits } from "./masks/upsample-logits.js";
