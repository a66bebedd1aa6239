import type { TypedValue } from "../builder/graph-builder.js";
import { toChannelsLast } from "../grid/reference-layout.js";
import type { Backbone } from "../hiera/backbone.js";
import type { AttentionForm } from "../layers/attention.js";
import { cast } from "../ops/elementwise.js";

/** What all encoder graphs can be asked for. */
export interface EncoderOptions {
  /** How attention is written; take `"fused"` where the runtime's `fusedAttention` capability says so. */
  readonly attention: AttentionForm;
  /** Outputs `hidden_states.i` [1, H, W, C] of Hiera: the embedded patches, then each block's output; of RepViT the last stage's only. */
  readonly hiddenStates?: boolean | undefined;
  /** Outputs `attentions.i` [windows, heads, queries, keys], the weights of each block. */
  readonly attentions?: boolean | undefined;
}

/** The optional outputs of a backbone. */
export function backboneOutputs({ hidden, attentions }: Backbone, options: EncoderOptions) {
  const outputs: Record<`${"hidden_states" | "attentions"}.${number}`, TypedValue<"float32">> = {};
  if (options.hiddenStates) {
    for (const [i, map] of hidden.entries())
      outputs[`hidden_states.${i}`] = cast(toChannelsLast(map), "float32");
  }
  if (options.attentions) {
    for (const [i, weights] of attentions.entries()) outputs[`attentions.${i}`] = cast(weights, "float32");
  }
  return outputs;
}
