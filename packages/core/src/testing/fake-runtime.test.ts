import { describe, it } from "vitest";
import { registerConformance } from "./conformance/conformance-cases.js";
import { FakeRuntime } from "./fake-runtime.js";
import { CONFORMANCE_PROGRAMS } from "./models/conformance-models.js";

describe("FakeRuntime", () => {
  registerConformance(it, {
    has: [],
    createRuntime: async () => new FakeRuntime({ programs: CONFORMANCE_PROGRAMS }),
  });
});
