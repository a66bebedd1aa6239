import type { VisionConfig } from "@sam2js/core";
import { fromImage, toImage } from "../grid/reference-layout.js";
import { type TokenMap, withTokens } from "../grid/token-map.js";
import { affine, channels, overRows } from "../layers/linear.js";
import { conv2d } from "../ops/conv.js";
import { gemm } from "../ops/matmul.js";
import { derive, type Weight } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";

/** Whether the neck's convolutions are products of single tokens. */
export function isPointwise({ fpnKernelSize, fpnStride, fpnPadding }: VisionConfig): boolean {
  return fpnKernelSize === 1 && fpnStride === 1 && fpnPadding === 0;
}

/** A stage's map with the neck's channels: one convolution, in most configs of 1 × 1. */
export function lateral(map: TokenMap, w: Weights, config: VisionConfig): TokenMap {
  const { fpnHiddenSize, fpnKernelSize: kernel, fpnStride: stride, fpnPadding: padding } = config;
  if (isPointwise(config)) {
    const { weight, bias } = pointwise(w, channels(map.tokens), fpnHiddenSize);
    return withTokens(map, affine(map.tokens, weight, bias));
  }
  const image = conv2d(toImage(map), w, {
    channels: fpnHiddenSize,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding: [padding, padding],
  });
  return fromImage(image);
}

/** Weight [outputs, inputs] and bias [outputs] of a 1 × 1 convolution. */
export function pointwise(
  w: Weights,
  inputs: number,
  outputs: number,
): { readonly weight: Weight; readonly bias: Weight } {
  return {
    weight: w.get("weight", [outputs, inputs, 1, 1]).view([outputs, inputs]),
    bias: w.get("bias", [outputs]),
  };
}

/**
 * Two 1 × 1 convolutions as one, where nothing stands between them: W = W₂·W₁, b = W₂·b₁ + b₂.
 *
 * @param x  [H·W, inputs]   @returns [H·W, outputs]
 */
export function composed(
  x: TokenMap,
  first: Weights,
  second: Weights,
  { inner, outputs }: { readonly inner: number; readonly outputs: number },
): TokenMap {
  const inputs = channels(x.tokens);
  const [one, two] = [pointwise(first, inputs, inner), pointwise(second, inner, outputs)];
  const { graph } = first;
  const { type } = one.weight;
  const weight = derive(
    graph,
    [one.weight, two.weight],
    [outputs, inputs],
    (w1, w2) => product(w2, w1, outputs, inner, inputs),
    type,
  );
  const bias = derive(
    graph,
    [one.bias, two.weight, two.bias],
    [outputs],
    (b1, w2, b2) => product(w2, b1, outputs, inner, 1).map((value, i) => value + (b2[i] as number)),
    type,
  );
  return withTokens(
    x,
    overRows(x.tokens, (rows) => gemm(rows, weight, bias)),
  );
}

/** a [m, k] · b [k, n], summed in double precision. */
function product(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Float32Array {
  const result = new Float32Array(m * n);
  const sums = new Float64Array(n);
  for (let row = 0; row < m; row++) {
    sums.fill(0);
    for (let i = 0; i < k; i++) {
      const factor = a[row * k + i] as number;
      for (let column = 0; column < n; column++) {
        sums[column] = (sums[column] as number) + factor * (b[i * n + column] as number);
      }
    }
    result.set(sums, row * n);
  }
  return result;
}
