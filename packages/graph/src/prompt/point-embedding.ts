import { POINT_LABEL, type Sam2PromptEncoderConfig } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { add, cast, div, equal, greaterOrEqual, mul, scale, where } from "../ops/elementwise.js";
import { gatherRows, reshape } from "../ops/shape.js";
import { derive } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";
import { fourierFeatures, fourierMatrix } from "./positional-encoding.js";

/**
 * Points as tokens.
 *
 *   t = φ(2·(p + ½)/S − 1) + e_label
 *   label −1, not a point: t = e_none alone
 *   label −10, padding:    t = 0
 *   other labels below 0:  t = φ alone
 *
 * @param points  float32 [P, K, 2], (x, y) in pixels of the model input   @param labels  int32 [P, K]
 * @returns       [P, K, C]
 * @see SAM, arXiv:2304.02643 appendix A
 */
export function pointEmbedding(
  points: Value,
  labels: Value,
  w: Weights,
  config: Sam2PromptEncoderConfig,
): Value {
  const { graph } = w;
  const { hiddenSize: size, numPointEmbeddings: kinds, imageSize } = config;
  // Divided first and doubled then, so that float32 rounds as in the reference: its sines amplify the last bit.
  const parts = div(add(points, graph.float([0.5], [])), graph.float([imageSize], []));
  const positions = add(scale(parts, 2), graph.float([-1], []));
  const features = fourierFeatures(positions, fourierMatrix(w, "points", size));

  const encoder = w.at("prompt_encoder");
  const none = encoder.get("not_a_point_embed.weight", [1, size]);
  const kind = encoder.get("point_embed.weight", [kinds, size]);
  const rows = derive(graph, [none, kind], [kinds + 2, size], (noPoint, kindRows) =>
    Float32Array.from([...new Float32Array(size), ...noPoint, ...kindRows]),
  ); // 0: nothing, 1: not a point, 2 …: labels 0 …
  const zero = graph.int(0, "int32");
  const row = where(
    greaterOrEqual(labels, zero),
    add(labels, graph.int(2, "int32")),
    cast(equal(labels, graph.int(POINT_LABEL.none, "int32")), "int32"),
  );
  const isOther = equal(row, zero);
  const isPadding = equal(labels, graph.int(POINT_LABEL.padding, "int32"));
  const hasFeatures = where(
    greaterOrEqual(labels, zero),
    graph.float([1], []),
    where(isOther, where(isPadding, graph.float([0], []), graph.float([1], [])), graph.float([0], [])),
  );
  const weight = reshape(hasFeatures, [...labels.dims, 1]);
  return add(mul(features, weight), gatherRows(rows, row));
}
