import { expect, it } from "vitest";
import { turn } from "./turn.js";

const row = (...values: number[]) => Uint8Array.from(values.flatMap((value) => [value, value, value]));

it("turns a picture clockwise", () => {
  const image = { data: row(1, 2, 3, 4, 5, 6), width: 3, height: 2, channels: 3 } as const;
  expect(turn(image, 90)).toEqual({ data: row(4, 1, 5, 2, 6, 3), width: 2, height: 3, channels: 3 });
  expect(turn(image, 180).data).toEqual(row(6, 5, 4, 3, 2, 1));
  expect(turn(image, 270).data).toEqual(row(3, 6, 2, 5, 1, 4));
  expect(turn(turn(image, -90), 90)).toEqual(image);
  expect(turn(image, 360)).toBe(image);
});

it("mirrors after turning, as the display matrix of a video says", () => {
  const image = { data: row(1, 2, 3, 4, 5, 6), width: 3, height: 2, channels: 3 } as const;
  expect(turn(image, 0, true).data).toEqual(row(3, 2, 1, 6, 5, 4));
  expect(turn(image, 90, true).data).toEqual(row(1, 4, 2, 5, 3, 6));
  expect(turn(image, 180, true).data).toEqual(row(4, 5, 6, 1, 2, 3));
});
