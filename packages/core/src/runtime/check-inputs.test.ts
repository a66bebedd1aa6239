import { describe, expect, it } from "vitest";
import { InputError, ShapeError } from "../errors/errors.js";
import { Tensor } from "../tensor/tensor.js";
import { checkInputs, checkKept } from "./check-inputs.js";
import type { SessionInputs, ValueInfo } from "./session.js";

const infos: readonly ValueInfo[] = [
  { name: "points", type: "float32", dims: ["P", "K", 2] },
  { name: "labels", type: "int32", dims: ["P", "K"] },
];
const points = Tensor.zeros("float32", [4, 3, 2]);
const labels = Tensor.zeros("int32", [4, 3]);
const check = (inputs: object) => () => checkInputs("decoder", infos, inputs as SessionInputs);

describe("checkInputs", () => {
  it("takes tensors, plain objects and device tensors that fit", () => {
    expect(check({ points, labels })).not.toThrow();
    const onDevice = { type: "int32", dims: [4, 3], location: "device" };
    expect(check({ points: { ...points }, labels: onDevice })).not.toThrow();
  });

  it.each([
    [{ points }, "decoder: expected input labels, int32 [P, K], got nothing"],
    [{ points, labels, mask: points }, "decoder: expected inputs points, labels, got mask too"],
    [{ points, labels: [[1]] }, "expected input labels to be a tensor"],
    [{ points, labels: null }, "expected input labels to be a tensor"],
    [{ points, labels: Tensor.zeros("float32", [4, 3]) }, "got float32 [4, 3]"],
    [{ points, labels: Tensor.zeros("int32", [4, 2]) }, "int32 [P, K] (P = 4, K = 3), got int32 [4, 2]"],
    [{ points: Tensor.zeros("float32", [4, 3, 3]), labels }, "float32 [P, K, 2]"],
    [{ points: Tensor.zeros("float32", [3, 2]), labels }, "got float32 [3, 2]"],
    [{ points: { ...points, dims: [1, 1, 2] }, labels }, "points: expected 2 elements"],
  ])("refuses what does not fit, by name (%#)", (inputs, message) => {
    expect(check(inputs)).toThrow(ShapeError);
    expect(check(inputs)).toThrow(message);
  });

  it("does not take a member of the prototype for an input", () => {
    const odd: readonly ValueInfo[] = [{ name: "toString", type: "int32", dims: [] }];
    expect(() => checkInputs("odd", odd, {})).toThrow("got nothing");
  });
});

describe("checkKept", () => {
  it("refuses names that the session does not make", () => {
    expect(() => checkKept("decoder", infos, { keepOnDevice: ["labels"] })).not.toThrow();
    expect(() => checkKept("decoder", infos, { keepOnDevice: ["x"] })).toThrow(InputError);
    expect(() => checkKept("decoder", infos, { keepOnDevice: ["x"] })).toThrow(
      /decoder: expected keepOnDevice out of .*labels.*, got x/,
    );
  });
});
