import { EngineError } from "../../errors/errors.js";
import type { Runtime } from "../../runtime/runtime.js";
import type { SessionDescription } from "../../runtime/session.js";
import type { PlaceWeights, WeightFile } from "../../weights/weight-source.js";
import { AFFINE_WEIGHTS, affine, broken } from "../models/conformance-models.js";
import { type ConformanceCase, caseOf } from "./conformance-case.js";
import { expectFailure, expectThat, expectValues, failure, float32, hostTensor } from "./expect.js";
import { storedFile } from "./stored-file.js";

async function expectAffine(runtime: Runtime, description: SessionDescription): Promise<void> {
  const session = await runtime.createSession(description);
  const outputs = await session.run({ x: float32([1, 1, 1], [1, 3]) });
  expectValues(hostTensor(outputs.y, "y").data, [11, 22, 33], "y");
  await session.dispose();
}

const inMemory = (source: WeightFile["source"]): WeightFile => ({
  location: "weights.bin",
  source,
  sizeBytes: AFFINE_WEIGHTS.byteLength,
});

/** Graphs and weights that an engine loads, and those that it must refuse. */
export const weightCases: readonly ConformanceCase[] = [
  caseOf("weights come from bytes, also from a view into a larger buffer", ["engine"], async (runtime) => {
    const larger = new Uint8Array(AFFINE_WEIGHTS.byteLength + 24);
    const bytes = larger.subarray(8, 8 + AFFINE_WEIGHTS.byteLength);
    bytes.set(AFFINE_WEIGHTS);
    await expectAffine(runtime, affine(inMemory({ kind: "bytes", bytes })));
    expectValues(bytes, Array.from(AFFINE_WEIGHTS), "the bytes after the session was made");
  }),

  caseOf("weights come from a blob", ["engine"], async (runtime) => {
    await expectAffine(runtime, affine(inMemory({ kind: "blob", blob: new Blob([AFFINE_WEIGHTS]) })));
  }),

  caseOf("weights come from a file of the store, in place", ["engine"], async (runtime) => {
    const file = await storedFile(runtime.store, AFFINE_WEIGHTS);
    await expectAffine(runtime, affine(file));
  }),

  caseOf("weights come from a file by its path", ["engine", "files"], async (runtime) => {
    const file = await storedFile(runtime.store, AFFINE_WEIGHTS);
    expectThat(file.source.kind === "path", `expected a path source, got ${file.source.kind}`);
    const name = file.source.path.split(/[\\/]/).pop();
    expectThat(name === file.location, `location: expected ${name}, as the path ends, got ${file.location}`);
    await expectAffine(runtime, affine(file));
  }),

  caseOf("bytes that are no graph end in an EngineError", ["engine"], async (runtime) => {
    await expectFailure(EngineError, () => runtime.createSession(broken()), "a broken graph");
    await expectAffine(runtime, affine());
  }),

  caseOf("weights beyond the end of their file end in an EngineError", ["engine"], async (runtime) => {
    await expectFailure(EngineError, () => runtime.createSession(affine(undefined, 8)), "bytes, 4 too far");
    await expectFailure(
      EngineError,
      () => runtime.createSession(affine(undefined, 2 ** 40)),
      "bytes, far away",
    );
    await expectAffine(runtime, affine());
  }),

  caseOf(
    "weights beyond the end of a file on disk end in an EngineError",
    ["engine", "files"],
    async (runtime) => {
      const file = await storedFile(runtime.store, AFFINE_WEIGHTS);
      await expectFailure(
        EngineError,
        () => runtime.createSession(affine(file, 2 ** 20)),
        "a range behind the end",
      );
      await expectAffine(runtime, affine(file));
    },
  ),

  caseOf("a graph whose weight file is not given ends in an EngineError", ["engine"], async (runtime) => {
    const description = affine();
    const build = (place?: PlaceWeights) => description.build(place && ((ranges) => place(ranges, [])));
    await expectFailure(
      EngineError,
      () => runtime.createSession({ ...description, build }),
      "no weight file",
    );
  }),

  caseOf("what `build` throws is passed on", [], async (runtime) => {
    const problem = new RangeError("no graph today");
    const build = () => Promise.reject(problem);
    const error = await failure(() => runtime.createSession({ ...affine(), build }), "createSession");
    expectThat(error === problem, `expected the error of build, got ${String(error)}`);
  }),
];
