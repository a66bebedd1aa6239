import { DisposedError, isDeviceTensor } from "@sam2js/core";
import { expect, test } from "vitest";
import { EngineTensor, type TensorHost } from "./engine-tensor.js";

test("a tensor is watched, read, and freed once", async () => {
  const calls: string[] = [];
  const host: TensorHost = {
    isLost: false,
    read: async (handle) => ({ type: "int32", dims: [2], data: Int32Array.of(handle, 1) }),
    watch: (_, handle) => calls.push(`watch ${handle}`),
    free: async (handle) => void calls.push(`free ${handle}`),
  };
  const tensor = new EngineTensor(host, { type: "int32", dims: [2], handle: 5 });
  expect(isDeviceTensor(tensor)).toBe(true);
  expect([...(await tensor.read()).data]).toEqual([5, 1]);
  tensor.whenDisposed(() => calls.push("followed"));
  await tensor.dispose();
  await tensor.dispose();
  tensor.whenDisposed(() => calls.push("followed late"));
  expect(calls).toEqual(["watch 5", "followed", "free 5", "followed late"]);
  expect(() => tensor.handle).toThrow(DisposedError);
  await expect(tensor.read()).rejects.toThrow(DisposedError);
});
