import { DisposedError, InputError } from "../../errors/errors.js";
import { Sam2Error } from "../../errors/sam2-error.js";
import { affine } from "../models/conformance-models.js";
import { type ConformanceCase, caseOf } from "./conformance-case.js";
import { deviceTensor, expectFailure, expectThat, expectValues, float32, hostTensor } from "./expect.js";

const x = () => float32([1, 1, 1], [1, 3]);

/** Tensors that stay on the device. */
export const deviceCases: readonly ConformanceCase[] = [
  caseOf("an output kept on the device can be read, more than once", [], async (runtime) => {
    const session = await runtime.createSession(affine());
    const outputs = await session.run({ x: x() }, { keepOnDevice: ["y"] });
    const y = deviceTensor(outputs.y, "y");
    expectThat(y.type === "float32" && y.dims.join() === "1,3", `y: got ${y.type} [${y.dims}]`);
    expectValues(hostTensor(outputs.twice, "twice").data, [22, 44, 66], "twice");
    for (const time of ["first", "second"]) expectValues((await y.read()).data, [11, 22, 33], `${time} read`);
    await y.dispose();
  }),

  caseOf("a device tensor is an input of every session of its runtime", [], async (runtime) => {
    const first = await runtime.createSession(affine());
    const second = await runtime.createSession(affine());
    const y = deviceTensor((await first.run({ x: x() }, { keepOnDevice: ["y"] })).y, "y");
    await first.dispose();
    for (let time = 0; time < 2; time++) {
      const outputs = await second.run({ x: y });
      expectValues(hostTensor(outputs.y, "y").data, [21, 64, 129], "y of y");
    }
    expectValues((await y.read()).data, [11, 22, 33], "y after it was an input");
    await y.dispose();
  }),

  caseOf("overlapping runs of a session made `sideBySide` share device tensors", [], async (runtime) => {
    const ordinary = await runtime.createSession(affine());
    const session = await runtime.createSession(affine(), { sideBySide: true });
    const y = deviceTensor((await ordinary.run({ x: x() }, { keepOnDevice: ["y"] })).y, "y");
    const rows = [0, 1, 2, 3, 4].map((value) => float32([value, value, value], [1, 3]));
    const runs = [y, ...rows].map((input) => session.run({ x: input }));
    const [ofKept, ...ofRows] = (await Promise.all(runs)).map((outputs) => [
      ...hostTensor(outputs.y, "y").data,
    ]);
    expectValues(ofKept ?? [], [21, 64, 129], "y of y");
    for (const [value, numbers] of ofRows.entries()) {
      expectValues(numbers, [10 + value, 20 + 2 * value, 30 + 3 * value], `y of ${value}`);
    }
    const kept = deviceTensor((await session.run({ x: y }, { keepOnDevice: ["y"] })).y, "y");
    await y.dispose();
    await expectFailure(DisposedError, () => session.run({ x: y }), "run with a disposed tensor");
    await session.dispose();
    const again = await ordinary.run({ x: kept });
    expectValues(hostTensor(again.y, "y").data, [31, 148, 417], "y of y of y");
    await kept.dispose();
  }),

  caseOf("a device tensor cannot be used after its disposal", [], async (runtime) => {
    const session = await runtime.createSession(affine());
    const y = deviceTensor((await session.run({ x: x() }, { keepOnDevice: ["y"] })).y, "y");
    await y.dispose();
    await y.dispose();
    await expectFailure(DisposedError, () => y.read(), "read after dispose");
    await expectFailure(DisposedError, () => session.run({ x: y }), "run after dispose");
  }),

  caseOf("a device tensor ends with its runtime", [], async (runtime) => {
    const session = await runtime.createSession(affine());
    const y = deviceTensor((await session.run({ x: x() }, { keepOnDevice: ["y"] })).y, "y");
    await runtime.dispose();
    await expectFailure(DisposedError, () => y.read(), "read after the runtime's dispose");
    await y.dispose();
  }),

  {
    name: "a device tensor of another runtime is refused",
    needs: [],
    run: async ({ createRuntime }) => {
      const [one, other] = [await createRuntime(), await createRuntime()];
      try {
        const session = await one.createSession(affine());
        const stranger = await other.createSession(affine());
        const { y } = await session.run({ x: x() }, { keepOnDevice: ["y"] });
        const kept = deviceTensor(y, "y");
        await expectFailure(
          [InputError, Sam2Error],
          () => stranger.run({ x: kept }),
          "another runtime's tensor",
        );
        expectValues((await kept.read()).data, [11, 22, 33], "the tensor after the refusal");
      } finally {
        await one.dispose();
        await other.dispose();
      }
    },
  },

  caseOf("keepOnDevice of an output that is not made is refused", [], async (runtime) => {
    const session = await runtime.createSession(affine());
    const run = () => session.run({ x: x() }, { keepOnDevice: ["thrice"] });
    await expectFailure(InputError, run, "an unknown output");
  }),
];
