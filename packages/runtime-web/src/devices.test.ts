import { UnsupportedError } from "@sam2js/core";
import type { GpuFacts } from "@sam2js/runtime-ort";
import { describe, expect, test } from "vitest";
import { defaultThreads } from "./default-threads.js";
import { chooseDevice, reportDevices } from "./devices.js";

const GPU: GpuFacts = {
  description: "vendor card",
  isSoftware: false,
  hasFp16: true,
  maxBufferSize: 2 ** 31,
  maxStorageBufferBindingSize: 2 ** 31,
};

describe("chooseDevice", () => {
  test("auto is WebGPU on a true adapter", () => {
    expect(chooseDevice("auto", { version: "1", gpu: GPU }).device).toBe("webgpu");
  });

  test.each([
    ["there is none", { problem: "this browser has no WebGPU" }, /no WebGPU/],
    ["it is software", { gpu: { ...GPU, isSoftware: true } }, /processor/],
    ["its buffers are small", { gpu: { ...GPU, maxStorageBufferBindingSize: 2 ** 20 } }, /1048576 bytes/],
  ])("auto is WASM where %s, with the reason in the report", (_, facts, reason) => {
    const choice = chooseDevice("auto", { version: "1", ...facts });
    expect(choice.device).toBe("wasm");
    const report = reportDevices(choice, 2).find(({ device }) => device === "webgpu");
    expect(report).toMatchObject({ available: false, detail: expect.stringMatching(reason) });
  });

  test("WebGPU that was asked for is taken in software too, and refused where there is none", () => {
    expect(chooseDevice("webgpu", { version: "1", gpu: { ...GPU, isSoftware: true } }).device).toBe("webgpu");
    expect(() => chooseDevice("webgpu", { version: "1", problem: "none" })).toThrow(UnsupportedError);
  });
});

test.each([
  [1, 1],
  [2, 2],
  [4, 4],
  [8, 4],
  [12, 6],
  [64, 8],
])("a machine that counts %i logical cores gets %i threads", (cores, threads) => {
  expect(defaultThreads(cores)).toBe(threads);
});
