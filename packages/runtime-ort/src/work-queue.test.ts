import { expect, test } from "vitest";
import { WorkQueue } from "./work-queue.js";

test("work is done one after the other, and a failure ends nothing but itself", async () => {
  const queue = new WorkQueue();
  const seen: string[] = [];
  const failed = queue.add(async () => {
    seen.push("first");
    throw new TypeError("first");
  });
  const second = queue.add(async () => seen.push("second"));
  await expect(failed).rejects.toThrow("first");
  await second;
  expect(seen).toEqual(["first", "second"]);
});

test("an abort rejects at once: late values are discarded, work not begun is never done", async () => {
  const queue = new WorkQueue();
  const abort = new AbortController();
  let end: (value: string) => void = () => undefined;
  const late: string[] = [];
  let isDone = false;
  const running = queue.add(
    () =>
      new Promise<string>((resolve) => {
        end = resolve;
      }),
    abort.signal,
    (value) => late.push(value),
  );
  const waiting = queue.add(async () => {
    isDone = true;
  }, abort.signal);
  await Promise.resolve();
  abort.abort(new TypeError("enough"));
  await expect(running).rejects.toThrow("enough");
  await expect(waiting).rejects.toThrow("enough");
  end("late");
  await queue.add(async () => undefined);
  expect(late).toEqual(["late"]);
  expect(isDone).toBe(false);
});
