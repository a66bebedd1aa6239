import { expect, test } from "vitest";
import { EngineError } from "../errors/errors.js";
import { Tensor } from "../tensor/tensor.js";
import { hostFloats } from "./host-floats.js";

test("gives the values of an output", () => {
  const data = new Float32Array([1, 2]);
  expect(hostFloats({ scores: new Tensor("float32", data, [2]) }, "scores")).toBe(data);
});

test("an output that is missing or of another type is an error, never zeros", () => {
  const outputs = { kept: new Tensor("int32", new Int32Array([1]), [1]) };
  expect(() => hostFloats(outputs, "scores")).toThrow(EngineError);
  expect(() => hostFloats(outputs, "scores")).toThrow(
    "scores: expected a float32 output on the host, got none",
  );
  expect(() => hostFloats(outputs, "kept")).toThrow("got a int32 tensor");
});
