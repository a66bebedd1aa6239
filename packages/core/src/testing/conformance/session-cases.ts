import { ShapeError } from "../../errors/errors.js";
import { Tensor } from "../../tensor/tensor.js";
import { affine, echo } from "../models/conformance-models.js";
import { type ConformanceCase, caseOf } from "./conformance-case.js";
import { expectFailure, expectThat, expectValues, float32, hostTensor } from "./expect.js";

/** Running sessions: numbers, shapes, ownership, refusals. */
export const sessionCases: readonly ConformanceCase[] = [
  caseOf("a session computes what its graph says", [], async (runtime) => {
    const description = affine();
    const session = await runtime.createSession(description);
    expectThat(session.name === description.name, `session.name: got ${session.name}`);
    expectThat(
      JSON.stringify([session.inputs, session.outputs]) ===
        JSON.stringify([description.inputs, description.outputs]),
      "session.inputs and session.outputs are as described",
    );
    const outputs = await session.run({ x: float32([1, 1, 1, -2, 0.5, 4], [2, 3]) });
    const y = hostTensor(outputs.y, "y");
    expectThat(y.type === "float32" && y.dims.join() === "2,3", `y: got ${y.type} [${y.dims}]`);
    expectValues(y.data, [11, 22, 33, 8, 21, 42], "y");
    expectValues(hostTensor(outputs.twice, "twice").data, [22, 44, 66, 16, 42, 84], "twice");
  }),

  caseOf("an axis with a name takes another size in every run", [], async (runtime) => {
    const session = await runtime.createSession(affine());
    for (const rows of [1, 5, 2]) {
      const outputs = await session.run({ x: Tensor.zeros("float32", [rows, 3]) });
      const y = hostTensor(outputs.y, "y");
      expectThat(y.dims.join() === `${rows},3`, `y: expected [${rows}, 3], got [${y.dims}]`);
      expectValues(y.data, Array.from({ length: rows }, () => [10, 20, 30]).flat(), "y");
    }
  }),

  caseOf("tensors of every type go in and come out unchanged", [], async (runtime) => {
    const session = await runtime.createSession(echo());
    const inputs = {
      float32_in: new Tensor("float32", Float32Array.of(0.5, -Infinity), [2]),
      float16_in: new Tensor("float16", Uint16Array.of(0x3c00, 0xbc01), [2]),
      int32_in: new Tensor("int32", Int32Array.of(-10, 2 ** 31 - 1), [2]),
      uint8_in: new Tensor("uint8", Uint8Array.of(0, 255), [2]),
    };
    const outputs = await session.run(inputs);
    for (const [name, input] of Object.entries(inputs)) {
      const output = hostTensor(outputs[name.replace("_in", "_out")], name);
      expectThat(output.type === input.type, `${name}: expected ${input.type}, got ${output.type}`);
      expectThat(
        Array.from(output.data).every((value, i) => Object.is(value, input.data[i])),
        `${name}: expected ${input.data}, got ${output.data}`,
      );
    }
  }),

  caseOf("plain objects and views into larger buffers are inputs too", [], async (runtime) => {
    const session = await runtime.createSession(affine());
    const data = new Float32Array([7, 7, 1, 2, 3, 7]).subarray(2, 5);
    const outputs = await session.run({ x: { type: "float32", dims: [1, 3], data } });
    expectValues(hostTensor(outputs.y, "y").data, [11, 24, 39], "y");
  }),

  caseOf("inputs are neither changed nor transferred", [], async (runtime) => {
    const session = await runtime.createSession(affine());
    const x = float32([1, 2, 3], [1, 3]);
    await session.run({ x });
    expectThat(x.data.buffer.byteLength === 12, "x: its buffer was transferred");
    expectValues(x.data, [1, 2, 3], "x after the run");
  }),

  caseOf("outputs belong to the caller: no later run changes them", [], async (runtime) => {
    const session = await runtime.createSession(affine());
    const first = hostTensor((await session.run({ x: Tensor.zeros("float32", [1, 3]) })).y, "y");
    first.data[0] = 5;
    const second = hostTensor((await session.run({ x: float32([1, 1, 1], [1, 3]) })).y, "y");
    expectValues(first.data, [5, 20, 30], "the first run's y");
    expectValues(second.data, [11, 22, 33], "the second run's y");
  }),

  caseOf("inputs that do not fit are refused by name", [], async (runtime) => {
    const session = await runtime.createSession(affine());
    const x = float32([0, 0, 0], [1, 3]);
    const refused = (inputs: Parameters<typeof session.run>[0], what: string) =>
      expectFailure(ShapeError, () => session.run(inputs), what);
    await refused({}, "a missing input");
    await refused({ x, z: x }, "an unknown input");
    await refused({ x: new Tensor("int32", new Int32Array(3), [1, 3]) }, "an input of another type");
    await refused({ x: float32([0, 0, 0], [3]) }, "an input of another rank");
    await refused({ x: float32([0, 0, 0, 0], [1, 4]) }, "an input of another size");
    await refused({ x: { type: "float32", dims: [2, 3], data: new Float32Array(3) } }, "an input that lies");
    expectValues(hostTensor((await session.run({ x })).y, "y").data, [10, 20, 30], "y after the refusals");
  }),

  caseOf("axes of one name have one size", [], async (runtime) => {
    const session = await runtime.createSession(echo());
    const inputs = {
      float32_in: Tensor.zeros("float32", [2]),
      float16_in: Tensor.zeros("float16", [2]),
      int32_in: Tensor.zeros("int32", [2]),
      uint8_in: Tensor.zeros("uint8", [3]),
    };
    await expectFailure(ShapeError, () => session.run(inputs), "2 and 3 for the axis n");
  }),
];
