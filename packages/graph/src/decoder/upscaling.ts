import type { Axis } from "../builder/axis.js";
import type { Value } from "../builder/value.js";
import { gelu } from "../layers/activation.js";
import { layerNorm } from "../layers/layer-norm.js";
import { add } from "../ops/elementwise.js";
import { matMul } from "../ops/matmul.js";
import { reshape } from "../ops/shape.js";
import { derive } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";
import { type DecoderGeometry, UPSCALING_EPSILON } from "./geometry.js";

/**
 * Image tokens to features of 4 × 4 sub-pixels each. A 2 × 2 transposed convolution of stride 2 is a matrix product to four sub-pixels;
 * they stay columns of their token until the masks are finished, so no pixel is moved here.
 *
 *   u₁ = gelu(LN(up₁(X) + s₁)),  u₂ = gelu(up₂(u₁) + s₀)
 *
 * @param x      X [P, N, C]
 * @param highRes1, highRes0  s₁ [1, N, 4·c₁] and s₀ [1, N, 16·c₀] of the image encoder
 * @returns      [P, 16·N, c₀], sub-pixels in the order of `subPixels(h, w, 2)`
 */
export function upscale(
  x: Value,
  highRes1: Value,
  highRes0: Value,
  w: Weights,
  { channels: size, fine: [fine1, fine0] }: DecoderGeometry,
): Value {
  const [prompts, tokens] = x.dims as [Axis, number];
  const first = doubled(x, highRes1, w, "upscale_conv1", [size, fine1]); // [P, N, 4·c₁]
  const split = reshape(first, [prompts, 4 * tokens, fine1]);
  const u1 = gelu(layerNorm(split, w.at("upscale_layer_norm"), UPSCALING_EPSILON));
  const finer = reshape(highRes0, [1, 4 * tokens, 4 * fine0]);
  const u2 = gelu(doubled(u1, finer, w, "upscale_conv2", [fine1, fine0])); // [P, 4·N, 4·c₀]
  return reshape(u2, [prompts, 16 * tokens, fine0]);
}

/**
 * A 2 × 2 transposed convolution of stride 2, plus the high-resolution features: [.., inputs] → [.., 4·outputs], sub-pixels outside, channels
 * inside. The bias joins the features, which are there once for all prompts.
 */
function doubled(
  x: Value,
  highRes: Value,
  w: Weights,
  name: string,
  [inputs, outputs]: readonly [number, number],
): Value {
  const kernel = w.get(`${name}.weight`, [inputs, outputs, 2, 2]);
  const matrix = derive(w.graph, [kernel], [inputs, 4 * outputs], (weight) =>
    channelsInside(weight, inputs, outputs),
  );
  const bias = derive(w.graph, [w.get(`${name}.bias`, [outputs])], [4 * outputs], (b) =>
    Float32Array.from({ length: 4 * outputs }, (_, i) => b[i % outputs] as number),
  );
  return add(matMul(x, matrix), add(highRes, bias));
}

/** [in, out, 2, 2] → [in, 2, 2, out]. */
function channelsInside(kernel: Float32Array, inputs: number, outputs: number): Float32Array {
  const result = new Float32Array(kernel.length);
  for (let input = 0; input < inputs; input++) {
    for (let output = 0; output < outputs; output++) {
      for (let pixel = 0; pixel < 4; pixel++) {
        result[(input * 4 + pixel) * outputs + output] = kernel[
          (input * outputs + output) * 4 + pixel
        ] as number;
      }
    }
  }
  return result;
}
