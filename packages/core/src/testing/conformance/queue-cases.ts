import { Tensor } from "../../tensor/tensor.js";
import { affine, power } from "../models/conformance-models.js";
import { type ConformanceCase, caseOf } from "./conformance-case.js";
import { expectThat, expectValues, failure, float32, hostTensor } from "./expect.js";

const SIZE = 192;

/** A permutation matrix: any power of it is quickly told to be right. */
function rotation(): Tensor<"float32"> {
  const matrix = Tensor.zeros("float32", [SIZE, SIZE]);
  for (let row = 0; row < SIZE; row++) matrix.data[row * SIZE + ((row + 1) % SIZE)] = 1;
  return matrix;
}

/** Overlapping and aborted calls. */
export const queueCases: readonly ConformanceCase[] = [
  caseOf(
    "overlapping runs end in the order of their calls, each with its own numbers",
    [],
    async (runtime) => {
      const slow = await runtime.createSession(power());
      const quick = await runtime.createSession(affine());
      const order: string[] = [];
      const note = async <T>(name: string, work: Promise<T>): Promise<T> => {
        const value = await work;
        order.push(name);
        return value;
      };
      const rows = (value: number) => float32([value, value, value], [1, 3]);
      const [product, first, second] = await Promise.all([
        note("slow", slow.run({ x: rotation() })),
        note("first", quick.run({ x: rows(1) })),
        note("second", quick.run({ x: rows(2) })),
      ]);
      expectThat(order.join() === "slow,first,second", `expected slow, first, second, got ${order}`);
      expectThat(
        hostTensor(product.y, "y").data[13 % SIZE] === 1,
        "the power of a rotation by 1 is one by 13",
      );
      expectValues(hostTensor(first.y, "y").data, [11, 22, 33], "y of the first run");
      expectValues(hostTensor(second.y, "y").data, [12, 24, 36], "y of the second run");
    },
  ),

  caseOf("an aborted signal rejects a run at once, with its reason", [], async (runtime) => {
    const session = await runtime.createSession(affine());
    const signal = AbortSignal.abort("enough");
    const reason = await failure(() => session.run({ x: float32([0, 0, 0], [1, 3]) }, { signal }), "run");
    expectThat(reason === "enough", `expected the signal's reason, got ${String(reason)}`);
  }),

  caseOf(
    "aborting a run under way or in the queue rejects it; the next ones are not disturbed",
    [],
    async (runtime) => {
      const session = await runtime.createSession(power());
      const controllers = [new AbortController(), new AbortController()];
      const runs = controllers.map(({ signal }) => session.run({ x: rotation() }, { signal }));
      const last = session.run({ x: rotation() });
      last.catch(() => undefined); // awaited below, unless an expectation fails before
      const failures = runs.map((run, i) => failure(() => run, `aborted run ${i}`));
      await Promise.resolve();
      controllers.map((controller, i) => controller.abort(`reason ${i}`));
      const reasons = await Promise.all(failures);
      expectThat(reasons.join() === "reason 0,reason 1", `expected the reasons, got ${reasons}`);
      expectThat(
        hostTensor((await last).y, "y").data[13 % SIZE] === 1,
        "the run after the aborted ones is right",
      );
    },
  ),

  caseOf("an aborted signal rejects the making of a session with its reason", [], async (runtime) => {
    const signal = AbortSignal.abort("enough");
    const reason = await failure(() => runtime.createSession(affine(), { signal }), "createSession");
    expectThat(reason === "enough", `expected the signal's reason, got ${String(reason)}`);
  }),
];
