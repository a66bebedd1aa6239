import type { GraphBuilder } from "../builder/graph-builder.js";
import type { Backbone } from "../hiera/backbone.js";
import type { AttentionForm } from "../layers/attention.js";
import { toChannelsLast } from "../neck/reference-layout.js";
import { cast } from "../ops/elementwise.js";

/** What all encoder graphs can be asked for. */
export interface EncoderOptions {
  /** How attention is written; take `"fused"` where the runtime's `fusedAttention` capability says so. */
  readonly attention: AttentionForm;
  /** Outputs `hidden_states.i` [1, H, W, C]: the embedded patches, then each block's output. */
  readonly hiddenStates?: boolean | undefined;
  /** Outputs `attentions.i` [windows, heads, queries, keys], the weights of each block. */
  readonly attentions?: boolean | undefined;
}

/** Adds the optional outputs of a backbone. */
export function outputBackbone(
  graph: GraphBuilder,
  { hidden, attentions }: Backbone,
  options: EncoderOptions,
): void {
  if (options.hiddenStates) {
    for (const [i, map] of hidden.entries())
      graph.output(`hidden_states.${i}`, cast(toChannelsLast(map), "float32"));
  }
  if (options.attentions) {
    for (const [i, weights] of attentions.entries())
      graph.output(`attentions.${i}`, cast(weights, "float32"));
  }
}
