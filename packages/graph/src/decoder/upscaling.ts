import type { Axis } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { gelu } from "../layers/activation.js";
import { layerNorm } from "../layers/layer-norm.js";
import { add } from "../ops/elementwise.js";
import { matMul } from "../ops/matmul.js";
import { reshape } from "../ops/shape.js";
import { derive } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";
import { type DecoderGeometry, UPSCALING_EPSILON } from "./geometry.js";
import type { ImageTokens } from "./image-tokens.js";

/** High-resolution features with the biases of the convolutions that they are added to: the same for all prompts of an image. */
export interface FineFeatures {
  /** s₁ + b₁ [1, N, 4·c₁]. */
  readonly fine1: Value;
  /** s₀ + b₀ [1, N, 16·c₀]. */
  readonly fine0: Value;
}

/** @param highRes1, highRes0  s₁ [1, N, 4·c₁] and s₀ [1, N, 16·c₀] of the image encoder   @param w  of the mask decoder */
export function fineFeatures(
  highRes1: Value,
  highRes0: Value,
  w: Weights,
  { fine: [c1, c0] }: DecoderGeometry,
): FineFeatures {
  return {
    fine1: add(highRes1, repeatedBias(w, "upscale_conv1", c1, 4)),
    fine0: add(highRes0, repeatedBias(w, "upscale_conv2", c0, 16)),
  };
}

/** The bias of a transposed convolution, once for each sub-pixel. */
function repeatedBias(w: Weights, name: string, outputs: number, times: number): Value {
  return derive(w.graph, [w.get(`${name}.bias`, [outputs])], [times * outputs], (bias) =>
    Float32Array.from({ length: times * outputs }, (_, i) => bias[i % outputs] as number),
  );
}

/**
 * Image tokens to features of 4 × 4 sub-pixels each. A 2 × 2 transposed convolution of stride 2 is a matrix product to four sub-pixels;
 * they stay columns of their token until the masks are finished, so no pixel is moved here.
 *
 *   u₁ = gelu(LN(X·W₁ + b₁ + s₁)),  u₂ = gelu(u₁·W₂ + b₂ + s₀)
 *
 * @param image     X
 * @param features  s₁ and s₀, each with its bias
 * @returns         [P, 16·N, c₀], sub-pixels in the order of `subPixels(h, w, 2)`
 */
export function upscale(
  image: ImageTokens,
  { fine1, fine0 }: FineFeatures,
  w: Weights,
  geometry: DecoderGeometry,
): Value {
  const [c1, c0] = geometry.fine;
  const first = image.times(firstMatrix(w, geometry), fine1); // [P, N, 4·c₁]
  const [prompts, tokens] = first.dims as [Axis, number];
  const split = reshape(first, [prompts, 4 * tokens, c1]);
  const u1 = gelu(layerNorm(split, w.at("upscale_layer_norm"), UPSCALING_EPSILON));
  const finer = reshape(fine0, [1, 4 * tokens, 4 * c0]);
  const u2 = gelu(add(matMul(u1, doubling(w, "upscale_conv2", [c1, c0])), finer)); // [P, 4·N, 4·c₀]
  return reshape(u2, [prompts, 16 * tokens, c0]);
}

/** W₁ [C, 4·c₁]. @param w  of the mask decoder */
export function firstMatrix(w: Weights, { channels, fine: [c1] }: DecoderGeometry): Value {
  return doubling(w, "upscale_conv1", [channels, c1]);
}

/** A 2 × 2 transposed convolution of stride 2 without its bias, as a matrix [inputs, 4·outputs]: sub-pixels outside, channels inside. */
function doubling(w: Weights, name: string, [inputs, outputs]: readonly [number, number]): Value {
  const kernel = w.get(`${name}.weight`, [inputs, outputs, 2, 2]);
  return derive(w.graph, [kernel], [inputs, 4 * outputs], (weight) =>
    channelsInside(weight, inputs, outputs),
  );
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
