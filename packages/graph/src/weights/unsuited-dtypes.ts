import { EdgeTamVisionConfig, type VisionConfig } from "@sam2js/core";
import { checkConfig } from "../arguments/check-arguments.js";

/** Computing types that change nothing for a backbone, with what to do instead. */
export function unsuitedDtypes(config: VisionConfig): { readonly q8?: string } {
  checkConfig(config);
  if (!(config instanceof EdgeTamVisionConfig)) return {};
  return {
    q8: "EdgeTAM's encoder is of convolutions, and q8 is for matrices; take fp32, which is fast there",
  };
}
