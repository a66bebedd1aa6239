import type { RepVitGeometry } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { convolve } from "../ops/conv.js";
import { derive, type Weight } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";
import { batchNorm, foldedNorm } from "./batch-norm.js";
import { depthwise } from "./shapes.js";

/**
 * What mixes the tokens of a block: a depthwise convolution, a 1 × 1 one and the input itself, added. All three are depthwise, so they are one:
 * the small kernel and a 1 are added to the middle of the large one.
 *
 * Networks of the first release have a batch norm behind either convolution, later ones behind the first and behind the sum.
 *
 * @param x  [1, C, H, W]   @see RepViT, arXiv:2307.09283, §3.2 (structural re-parameterisation)
 */
export function tokenMixer(x: Value, w: Weights, { kernelSize, isLegacy }: RepVitGeometry): Value {
  const channels = x.dims[1] as number;
  const area = kernelSize * kernelSize;
  const middle = (area - 1) / 2;
  const kernels = w.get("conv.c.weight", [channels, 1, kernelSize, kernelSize]);
  const points = w.get(isLegacy ? "conv1.c.weight" : "conv1.weight", [channels, 1, 1, 1]);
  const first = batchNorm(w.at("conv.bn"), channels);
  const second: readonly Weight[] = isLegacy
    ? batchNorm(w.at("conv1.bn"), channels)
    : batchNorm(w.at("bn"), channels);
  const pointBias = isLegacy ? [] : [w.get("conv1.bias", [channels])];

  const weight = derive(
    x.graph,
    [kernels, points, ...first, ...second],
    kernels.dims,
    (source, point, ...norms) => {
      const inner = foldedNorm(norms.slice(0, 4)).factors;
      const outer = foldedNorm(norms.slice(4)).factors;
      return source.map((value, i) => {
        const channel = Math.floor(i / area);
        const [own, factor] = [point[channel] as number, outer[channel] as number];
        const center = i % area === middle ? (isLegacy ? own * factor : own) + 1 : 0;
        const sum = value * (inner[channel] as number) + center;
        return isLegacy ? sum : sum * factor;
      });
    },
    kernels.type,
  );
  const bias = derive(
    x.graph,
    [...first, ...second, ...pointBias],
    [channels],
    (...parts) => {
      const inner = foldedNorm(parts.slice(0, 4)).summands;
      const { factors, summands } = foldedNorm(parts.slice(4, 8));
      return Float32Array.from(summands, (summand, channel) => {
        const own = inner[channel] as number;
        if (isLegacy) return own + summand;
        return (own + (parts[8]?.[channel] as number)) * (factors[channel] as number) + summand;
      });
    },
    kernels.type,
  );
  return convolve(x, weight, bias, depthwise(channels, kernelSize, 1));
}
