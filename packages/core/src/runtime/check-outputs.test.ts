import { expect, test } from "vitest";
import { EngineError } from "../errors/errors.js";
import { Tensor } from "../tensor/tensor.js";
import { checkOutputs } from "./check-outputs.js";

const scores = [{ name: "scores", type: "float32", dims: ["P"] }] as const;
const outputs = { scores: new Tensor("float32", new Float32Array(1), [1]) };

test("outputs as described pass", () => {
  expect(() => checkOutputs("decoder", scores, outputs)).not.toThrow();
});

test("an output that is missing, of another type or elsewhere is an error, never zeros", () => {
  expect(() => checkOutputs("decoder", scores, {})).toThrow(EngineError);
  expect(() => checkOutputs("decoder", scores, {})).toThrow(
    "decoder: expected output scores, float32 on the host, got none",
  );
  const integers = { scores: new Tensor("int32", new Int32Array(1), [1]) };
  expect(() => checkOutputs("decoder", scores, integers)).toThrow("got int32 on the host");
  expect(() => checkOutputs("decoder", scores, outputs, ["scores"])).toThrow(
    "expected output scores, float32 on the device, got float32 on the host",
  );
});
