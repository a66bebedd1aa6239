import { expect, it } from "vitest";
import { ModelInUse } from "./model-in-use.js";

const { signal } = new AbortController();

/** Answers when it is let, and fails once it is freed, as a model does. */
function model(name: string) {
  let fail = (_: Error) => {};
  let answer = (_: string) => {};
  return {
    name,
    work: () =>
      new Promise<string>((done, failed) => {
        answer = done;
        fail = failed;
      }),
    answer: () => answer(name),
    dispose: async () => fail(new RangeError(`${name} is freed`)),
  };
}

it("has what was under way done by the model that takes the place of another", async () => {
  const inUse = new ModelInUse<ReturnType<typeof model>>();
  expect(() => inUse.get()).toThrow(/choose one first/);
  const [old, next] = [model("old"), model("next")];
  await inUse.replace(old);
  const asked = inUse.use((each) => each.work(), signal);
  await inUse.replace(next);
  await new Promise((done) => setImmediate(done));
  next.answer();
  expect(await asked).toBe("next");
});

it("passes on what a model fails at that is still there, and what nobody wants any more", async () => {
  const inUse = new ModelInUse<ReturnType<typeof model>>();
  await inUse.replace(model("old"));
  const failing = inUse.use(() => Promise.reject(new RangeError("damaged")), signal);
  await expect(failing).rejects.toThrow("damaged");
  const given = inUse.use((each) => each.work(), AbortSignal.abort());
  await inUse.replace(model("next"));
  await expect(given).rejects.toThrow("old is freed");
});
