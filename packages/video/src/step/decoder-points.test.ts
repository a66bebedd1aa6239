import { expect, it } from "vitest";
import { decoderPoints } from "./decoder-points.js";

it("scales points and corners, leaves padding where it is, and ends with a point that is none", () => {
  const prompt = {
    kind: "points",
    points: new Float32Array([-10, 48, 128, 96, 64, 48, -10, -10]),
    labels: new Int32Array([2, 3, 1, -10]),
  } as const;
  const { points, labels } = decoderPoints(prompt, [96, 128], 256);
  expect([...points]).toEqual([-20, 128, 256, 256, 128, 128, -10, -10, 0, 0]);
  expect([...labels]).toEqual([2, 3, 1, -10, -1]);
});

it("gives a frame without prompt two points that are none, as the reference does", () => {
  const { points, labels } = decoderPoints(undefined, [96, 128], 256);
  expect([...points]).toEqual([0, 0, 0, 0]);
  expect([...labels]).toEqual([-1, -1]);
});
