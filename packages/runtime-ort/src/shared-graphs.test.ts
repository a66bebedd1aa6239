import { expect, test } from "vitest";
import { SharedGraphs } from "./shared-graphs.js";

/** Gives numbers from 1 on, and remembers which were released. */
function fakeEngine() {
  const released: number[] = [];
  let loads = 0;
  return {
    released,
    load: async () => ++loads,
    release: async (number: number) => void released.push(number),
  };
}

test("a graph is loaded once, and released when its last user has left", async () => {
  const { load, release, released } = fakeEngine();
  const graphs = new SharedGraphs();
  const [one, two] = [graphs.enter("a", load), graphs.enter("a", load)];
  expect(two).toBe(one);
  expect(await one.number).toBe(1);
  await graphs.leave(one, release);
  expect(released).toEqual([]);
  await graphs.leave(two, release);
  expect(released).toEqual([1]);
  expect(await graphs.enter("a", load).number).toBe(2);
});

test("a graph that could not be loaded is forgotten and never released", async () => {
  const { load, release, released } = fakeEngine();
  const graphs = new SharedGraphs();
  const broken = graphs.enter("a", async () => {
    throw new TypeError("no room");
  });
  await expect(broken.number).rejects.toThrow("no room");
  expect([...graphs]).toEqual([]);
  await graphs.leave(broken, release);
  expect(released).toEqual([]);
  expect(await graphs.enter("a", load).number).toBe(1);
});

test("a load learns that nobody waits for it any more", async () => {
  const { release } = fakeEngine();
  const graphs = new SharedGraphs();
  let isWanted: (() => boolean) | undefined;
  const graph = graphs.enter("a", async ({ users: _, ...rest }) => {
    isWanted = () => graph.users > 0;
    expect(rest.key).toBe("a");
    return 1;
  });
  await graph.number;
  expect(isWanted?.()).toBe(true);
  await graphs.leave(graph, release);
  expect(isWanted?.()).toBe(false);
});
