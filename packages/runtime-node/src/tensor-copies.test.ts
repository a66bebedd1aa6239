import type { Tensor } from "@sam2js/core";
import { EngineHost, EngineTensor, LocalEngine } from "@sam2js/runtime-ort";
import { expect, test } from "vitest";
import { createNodeEngine } from "./engine/node-engine.mjs";
import { TensorCopies } from "./tensor-copies.js";

const host = () =>
  new EngineHost(new LocalEngine(async () => createNodeEngine({ device: "cpu", threads: 1 })));
const tensor = { type: "float32", dims: [2], data: Float32Array.of(3, 4) } as const;

test("a tensor is copied into another engine once, and the copy ends with it", async () => {
  const [here, there] = [host(), host()];
  const copies = new TensorCopies();
  const original = await here.keep(tensor);
  const [copy, same] = await Promise.all([copies.in(there, original), copies.in(there, original)]);
  expect(same).toBe(copy);
  expect(copy.host).toBe(there);
  expect(((await copy.read()) as Tensor).data).toEqual(Float32Array.of(3, 4));
  await original.dispose();
  await expect(there.read(copy instanceof EngineTensor ? 1 : 0)).rejects.toThrow(
    /tensor 1 is not in this engine/,
  );
  await Promise.all([here.close(), there.close()]);
});

test("a copy that failed is tried again", async () => {
  const [here, there] = [host(), host()];
  const copies = new TensorCopies();
  const original = await here.keep(tensor);
  await there.close();
  await expect(copies.in(there, original)).rejects.toThrow(/runtime/);
  const open = host();
  expect((await copies.in(open, original)).dims).toEqual([2]);
  await Promise.all([here.close(), open.close()]);
});
