/**
 * For each of `outputSize` samples the index of the input sample whose area holds its centre (PyTorch's `nearest-exact`):
 * i ↦ min(⌊(i + ½) · input / output⌋, input - 1), with the ratio and the product in 32 bit as there.
 */
export function nearestIndices(inputSize: number, outputSize: number): Int32Array {
  const scale = Math.fround(inputSize / outputSize);
  return Int32Array.from({ length: outputSize }, (_, i) =>
    Math.min(Math.floor(Math.fround((i + 0.5) * scale)), inputSize - 1),
  );
}
