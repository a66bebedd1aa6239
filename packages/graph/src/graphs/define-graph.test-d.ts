import type {
  OutputsOf,
  Sam2VideoConfig,
  Session,
  SessionDescription,
  Tensor,
  TensorLike,
  WeightTable,
} from "@sam2js/core";
import { memoryEncoderGraph } from "../video/memory-encoder-graph.js";
import { keptMasksGraph } from "./kept-masks-graph.js";

declare const config: Sam2VideoConfig;
declare const weights: WeightTable;
declare const float: TensorLike<"float32">;
declare const int: TensorLike<"int32">;

declare function sessionOf<D extends SessionDescription>(
  description: D,
): Session<NonNullable<D["types"]>["inputs"], OutputsOf<D>>;

const memory = sessionOf(memoryEncoderGraph(config, weights, { attention: "plain", source: "mask" }));
void memory.run({ mem_feat: float, score: float, mask: float });
void memory.run({ mem_feat: float, score: float, logits: float, clicked: float });
// @ts-expect-error an input is missing
void memory.run({ mem_feat: float, score: float });
// @ts-expect-error there is no such input
void memory.run({ mem_feat: float, score: float, mask: float, msk: float });
// @ts-expect-error of another type
void memory.run({ mem_feat: float, score: float, mask: int });
// @ts-expect-error there is no such output
void memory.run({ mem_feat: float, score: float, mask: float }, { keepOnDevice: ["memry"] });

const given = { fine_1: float, fine_0: float, image_upscaled: float, pred_iou_thresh: float };
const run = await sessionOf(keptMasksGraph(config, weights, { attention: "plain" })).run({
  ...given,
  points: float,
  labels: int,
});
run.kept satisfies Tensor<"int32">;
run.kept_masks satisfies Tensor<"float32">;
// @ts-expect-error there is no such output
run.pred_masks;
