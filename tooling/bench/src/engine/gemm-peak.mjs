import { Tensor } from "@sam2js/core";
import { timed } from "../statistics.mjs";
import { matMulChain } from "./matmul-model.mjs";

const SIZE = 2048;
const STEPS = 1;

/**
 * FLOP/s of square products of 2048 with constant weights in the runtime's own engine, on its own threads: the ceiling for everything else. The best of
 * several runs, since a ceiling is not an average.
 */
export async function measureGemmPeak(runtime, runs = 12) {
  const random = (factor) =>
    Float32Array.from({ length: SIZE * SIZE }, () => (2 * Math.random() - 1) * factor);
  const weight = random(Math.sqrt(3 / SIZE)); // keeps the size of the values along the chain
  const session = await runtime.createSession(matMulChain(SIZE, STEPS, weight));
  const inputs = { x: new Tensor("float32", random(1), [SIZE, SIZE]) };
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run <= runs; run++) {
    const [seconds, { y }] = await timed(() => session.run(inputs, { keepOnDevice: ["y"] }));
    await y.dispose?.();
    if (run > 0) best = Math.min(best, seconds);
  }
  await session.dispose();
  return (STEPS * 2 * SIZE ** 3) / best;
}
