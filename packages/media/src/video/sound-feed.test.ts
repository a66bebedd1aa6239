import { expect, it } from "vitest";
import { feedSound } from "./sound-feed.js";

async function* packets(...timestamps: number[]) {
  for (const timestamp of timestamps) yield { timestamp };
}

it("writes sound up to each picture, and the rest at the end", async () => {
  const written: number[] = [];
  const feed = await feedSound(packets(0, 0.02, 0.04, 0.06, 0.08), async ({ timestamp }) => {
    written.push(timestamp);
  });
  await feed?.upTo(0.04);
  expect(written).toEqual([0, 0.02]);
  await feed?.upTo(0.05);
  expect(written).toEqual([0, 0.02, 0.04]);
  await feed?.upTo(Number.POSITIVE_INFINITY);
  expect(written).toHaveLength(5);
  await feed?.close();
});

it("is not begun where there is no sound", async () => {
  expect(await feedSound(packets(), async () => undefined)).toBeUndefined();
});
