import { DisposedError } from "../../errors/errors.js";
import { affine, power } from "../models/conformance-models.js";
import { type ConformanceCase, caseOf } from "./conformance-case.js";
import { expectFailure, expectThat, expectValues, float32, hostTensor } from "./expect.js";

const x = () => float32([1, 1, 1], [1, 3]);

/** Capabilities, and the end of sessions and runtimes. */
export const lifecycleCases: readonly ConformanceCase[] = [
  caseOf("capabilities say what the runtime can do", [], async (runtime) => {
    const can = await runtime.capabilities();
    expectThat(typeof runtime.name === "string" && runtime.name !== "", "runtime.name is a text");
    expectThat(typeof can.engine === "string" && can.engine !== "", "engine is a text");
    expectThat(can.dtypes.includes("fp32"), `dtypes: expected fp32 among them, got ${can.dtypes}`);
    expectThat(typeof can.fusedAttention === "boolean", "fusedAttention is true or false");
    expectThat(Number.isInteger(can.promptsPerRun) && can.promptsPerRun >= 1, "promptsPerRun is at least 1");
    expectThat(Number.isInteger(can.threads) && can.threads >= 1, "threads is at least 1");
    const used = can.devices.find(({ device }) => device === can.device);
    expectThat(used?.available === true, `devices: expected ${can.device}, which is used, to be available`);
    const silent = can.devices.find(({ available, detail }) => !available && !detail);
    expectThat(!silent, `devices: expected a reason why ${silent?.device} is not available`);
  }),

  caseOf("a session can be disposed of twice and is refused afterwards", [], async (runtime) => {
    const session = await runtime.createSession(affine());
    await session.dispose();
    await session.dispose();
    await expectFailure(DisposedError, () => session.run({ x: x() }), "run after dispose");
  }),

  caseOf("sessions of one digest live on their own", [], async (runtime) => {
    const description = affine();
    const first = await runtime.createSession(description);
    const second = await runtime.createSession(description);
    await first.dispose();
    expectValues(hostTensor((await second.run({ x: x() })).y, "y").data, [11, 22, 33], "y of the second");
    await second.dispose();
    const third = await runtime.createSession(description);
    expectValues(hostTensor((await third.run({ x: x() })).y, "y").data, [11, 22, 33], "y of the third");
  }),

  caseOf("disposal while a run is under way settles both", [], async (runtime) => {
    const session = await runtime.createSession(power());
    const run = session.run({ x: float32(new Array(64 * 64).fill(0), [64, 64]) });
    const settled = Promise.allSettled([run, session.dispose()]);
    const [outcome] = await settled;
    const fine = outcome.status === "fulfilled" || DisposedError.isInstance(outcome.reason);
    expectThat(fine, `expected the run's outputs or DisposedError, got ${JSON.stringify(outcome)}`);
  }),

  caseOf("a runtime can be disposed of twice and refuses work afterwards", [], async (runtime) => {
    const session = await runtime.createSession(affine());
    await runtime.dispose();
    await runtime.dispose();
    await expectFailure(DisposedError, () => session.run({ x: x() }), "run after the runtime's dispose");
    await expectFailure(DisposedError, () => runtime.createSession(affine()), "createSession after dispose");
    await session.dispose();
  }),

  caseOf("a runtime that was never used can be disposed of", [], async (runtime) => {
    await runtime[Symbol.asyncDispose]();
    await expectFailure(DisposedError, () => runtime.createSession(affine()), "createSession after dispose");
  }),
];
