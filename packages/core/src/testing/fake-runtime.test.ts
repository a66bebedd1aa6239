import { describe, it } from "vitest";
import { CONFORMANCE_PROGRAMS } from "./__fixtures__/conformance-programs.js";
import { FakeRuntime } from "./__fixtures__/fake-runtime.js";
import { registerConformance } from "./conformance/conformance-cases.js";

describe("FakeRuntime", () => {
  registerConformance(it, {
    has: [],
    createRuntime: async () => new FakeRuntime({ programs: CONFORMANCE_PROGRAMS }),
  });
});
