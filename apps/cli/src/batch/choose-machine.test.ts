import { totalmem } from "node:os";
import { expect, it } from "vitest";
import { fastest, splitsOf } from "./choose-machine.js";

it("tries everything from one process with all threads to one thread each", () => {
  expect(splitsOf(2)).toEqual([
    { processes: 1, threads: 2 },
    { processes: 2, threads: 1 },
  ]);
  expect(splitsOf(12).map(({ processes, threads }) => [processes, threads])).toEqual([
    [1, 12],
    [2, 6],
    [4, 3],
    [8, 1],
    [12, 1],
  ]);
});

it("takes what is fastest, but no more processes than pay and fit into memory", async () => {
  const rates = (perSecond: readonly number[], memoryBytes = 1) => {
    let at = 0;
    return async () => ({ perSecond: perSecond[at++] ?? 0, memoryBytes });
  };
  const processes = async (...args: Parameters<typeof rates>) =>
    (await fastest(splitsOf(8), rates(...args))).processes;
  expect(await processes([1, 2, 3, 2.9])).toBe(4);
  expect(await processes([1, 1.02, 1.04, 1.04])).toBe(1);
  expect(await processes([1, 2, 4, 8], totalmem() / 4)).toBe(2);
});
