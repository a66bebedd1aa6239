import type { OnProgress, Runtime } from "@sam2js/core";
import { expect, test } from "vitest";
import { type ModelLoader, type ModelParts, SharedModels } from "./shared-models.js";

const quiet = () => undefined;

/** Loads models by name, and writes down what is made and disposed of. */
function makeLoader() {
  const log: string[] = [];
  const progress: OnProgress[] = [];
  const loader: ModelLoader = {
    createRuntime: () => {
      log.push("runtime");
      return { dispose: async () => void log.push("runtime gone") } as unknown as Runtime;
    },
    load: async (name, { onProgress }) => {
      log.push(`load ${name}`);
      progress.push(onProgress);
      await Promise.resolve();
      if (name === "broken") throw new RangeError("broken");
      return { model: { dispose: async () => void log.push(`${name} gone`) } } as unknown as ModelParts;
    },
  };
  return { log, progress, models: new SharedModels(loader) };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("a model is loaded once for all, and ends with its last user; so does the runtime", async () => {
  const { log, models } = makeLoader();
  const [first, second, other] = ["a", "a", "b"].map((name) => models.lease(name, undefined, quiet));
  expect(await first?.parts).toBe(await second?.parts);
  expect(log).toEqual(["runtime", "load a", "load b"]);
  first?.release();
  first?.release();
  await settled();
  expect(log).toHaveLength(3);
  second?.release();
  await settled();
  expect(log.at(-1)).toBe("a gone");
  other?.release();
  await settled();
  expect(log.slice(-2)).toEqual(["b gone", "runtime gone"]);
  await models.lease("a", undefined, quiet).parts;
  expect(log.slice(-2)).toEqual(["runtime", "load a"]);
});

test("a runtime that was given is not disposed of", async () => {
  const { log, models } = makeLoader();
  const given = { dispose: async () => void log.push("given gone") } as unknown as Runtime;
  models.lease("a", given, quiet).release();
  await settled();
  expect(log).toEqual(["load a", "a gone"]);
});

test("a model that failed is loaded again for the next user", async () => {
  const { log, models } = makeLoader();
  const first = models.lease("broken", undefined, quiet);
  await expect(first.parts).rejects.toThrow("broken");
  await expect(models.lease("broken", undefined, quiet).parts).rejects.toThrow("broken");
  expect(log.filter((line) => line === "load broken")).toHaveLength(2);
});

test("progress reaches all who wait for a model", async () => {
  const { progress, models } = makeLoader();
  const heard: number[] = [];
  for (const user of [1, 2]) models.lease("a", undefined, () => void heard.push(user));
  progress[0]?.({ phase: "download", done: 1, unit: "bytes" });
  expect(heard).toEqual([1, 2]);
});
