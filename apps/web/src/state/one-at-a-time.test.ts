import { expect, it } from "vitest";
import { oneAtATime } from "./one-at-a-time.js";

it("a double press is one, another one later is another", async () => {
  let done = 0;
  const press = oneAtATime(async () => {
    await Promise.resolve();
    done += 1;
  });
  await Promise.all([press(), press()]);
  expect(done).toBe(1);
  await press();
  expect(done).toBe(2);
});

it("can be tried again after it failed", async () => {
  const press = oneAtATime(() => Promise.reject(new RangeError("no")));
  await expect(press()).rejects.toThrow("no");
  await expect(press()).rejects.toThrow("no");
});
