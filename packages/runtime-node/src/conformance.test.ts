import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { registerConformance } from "@sam2js/core/testing";
import { afterAll, beforeAll, describe, test } from "vitest";
import { createNodeRuntime } from "./index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "sam2js-conformance-"));
});
afterAll(() => rm(folder, { recursive: true }));

for (const worker of [true, false]) {
  describe(worker ? "with a worker" : "without a worker", () => {
    registerConformance(test, {
      has: ["engine", "images", "files"],
      createRuntime: async () => {
        const cacheDir = await mkdtemp(path.join(folder, "cache-"));
        return createNodeRuntime({ worker, cacheDir, logLevel: "fatal" });
      },
    });
  });
}
