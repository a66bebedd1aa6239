import type { Sam2PromptEncoderConfig } from "@sam2js/core";
import type { Axis } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { reorder, rowMajor, subPixels } from "../grid/grid-order.js";
import { activate } from "../layers/activation.js";
import { layerNorm } from "../layers/layer-norm.js";
import { affine, overRows } from "../layers/linear.js";
import { gemm } from "../ops/matmul.js";
import { reshape } from "../ops/shape.js";
import { derive } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";

/**
 * A mask prompt as one feature per image token: two 2 × 2 convolutions of stride 2 and one of 1 × 1. In the order of sub-pixels a
 * convolution of stride 2 is a product of each group of four with a matrix.
 *
 *   h₁ = a(LN(m·W₁ + b₁)),  h₂ = a(LN(h₁·W₂ + b₂)),  d = h₂·W₃ + b₃
 *
 * @param mask  [P, 1, 4h, 4w] logits   @returns [P, h·w, C]
 * @see SAM, arXiv:2304.02643 appendix A
 */
export function maskEmbedding(mask: Value, w: Weights, config: Sam2PromptEncoderConfig): Value {
  const [prompts, , rows, columns] = mask.dims as [Axis, number, number, number];
  const { hiddenSize, maskInputChannels: wide, layerNormEps: epsilon, hiddenAct } = config;
  const narrow = wide / 4;
  const [height, width] = [rows / 4, columns / 4];
  const pixels = reshape(mask, [prompts, rows * columns, 1]);
  const grouped = reorder(pixels, rowMajor(rows, columns), subPixels(height, width, 2));

  const quarter = reshape(grouped, [prompts, height * width * 4, 4]);
  const first = affine(
    quarter,
    w.get("conv1.weight", [narrow, 1, 2, 2]).view([narrow, 4]),
    w.get("conv1.bias", [narrow]),
  );
  const h1 = activate(layerNorm(first, w.at("layer_norm1"), epsilon), hiddenAct);

  const matrix = derive(
    w.graph,
    [w.get("conv2.weight", [wide, narrow, 2, 2])],
    [4 * narrow, wide],
    (kernel) => pixelsOutside(kernel, wide, narrow),
  );
  const bias = w.get("conv2.bias", [wide]).value;
  const second = overRows(reshape(h1, [prompts, height * width, 4 * narrow]), (x) =>
    gemm(x, matrix, bias, false),
  );
  const h2 = activate(layerNorm(second, w.at("layer_norm2"), epsilon), hiddenAct);

  const last = w.get("conv3.weight", [hiddenSize, wide, 1, 1]).view([hiddenSize, wide]);
  return affine(h2, last, w.get("conv3.bias", [hiddenSize]));
}

/** [out, in, 2, 2] → [2, 2, in, out]. */
function pixelsOutside(kernel: Float32Array, outputs: number, inputs: number): Float32Array {
  const result = new Float32Array(kernel.length);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let pixel = 0; pixel < 4; pixel++) {
        result[(pixel * inputs + input) * outputs + output] = kernel[
          (output * inputs + input) * 4 + pixel
        ] as number;
      }
    }
  }
  return result;
}
