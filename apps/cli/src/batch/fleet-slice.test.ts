import { InputError } from "@sam2js/core";
import { expect, it } from "vitest";
import { fleetSlice, shardsOf } from "./fleet-slice.js";

it.each([
  ["1/3", undefined, {}, { index: 1, count: 3 }],
  [undefined, undefined, { JOB_COMPLETION_INDEX: "2", JOB_COMPLETION_COUNT: "4" }, { index: 2, count: 4 }],
  [undefined, 4, { JOB_COMPLETION_INDEX: "3" }, { index: 3, count: 4 }],
  [undefined, undefined, { SLURM_ARRAY_TASK_ID: "0", SLURM_ARRAY_TASK_COUNT: "2" }, { index: 0, count: 2 }],
  [
    undefined,
    9,
    { SLURM_ARRAY_TASK_ID: "2", SLURM_ARRAY_TASK_COUNT: "2", SLURM_ARRAY_TASK_MIN: "1" },
    { index: 1, count: 2 },
  ],
  [undefined, 5, {}, undefined],
] as const)("%s, --shards %s and %j are %j", (shard, shards, env, slice) => {
  expect(fleetSlice(shard, shards, env)).toEqual(slice);
});

it.each([
  ["3/3", {}],
  ["1", {}],
  ["-1/2", {}],
  [undefined, { JOB_COMPLETION_INDEX: "0" }],
  [undefined, { SLURM_ARRAY_TASK_ID: "x", SLURM_ARRAY_TASK_COUNT: "2" }],
] as const)("refuses %s with %j", (shard, env) => {
  expect(() => fleetSlice(shard, undefined, env)).toThrow(InputError);
});

it("gives every shard to one machine", () => {
  const slices = [0, 1, 2].map((index) => shardsOf({ index, count: 3 }, 8));
  expect(slices).toEqual([
    [0, 3, 6],
    [1, 4, 7],
    [2, 5],
  ]);
  expect(shardsOf(undefined, 2)).toEqual([0, 1]);
});
