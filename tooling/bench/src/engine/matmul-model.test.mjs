import { Tensor } from "@sam2js/core";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { expect, test } from "vitest";
import { matMulChain } from "./matmul-model.mjs";

test("the chain of products multiplies x by w as often as it says", async () => {
  const runtime = createNodeRuntime({ threads: 1 });
  const w = Float32Array.of(0, 1, 2, 0); // w·w = 2
  const session = await runtime.createSession(matMulChain(2, 3, w));
  const x = new Tensor("float32", Float32Array.of(1, 2, 3, 4), [2, 2]);
  const { y } = await session.run({ x });
  expect([...y.data]).toEqual([8, 2, 16, 6]);
  await runtime.dispose();
});
