import { Mask } from "@sam2js/masks";
import { expect, test } from "vitest";
import type { EverythingEvent } from "../../protocol/engine.js";
import { FoundMasks } from "./everything.js";

function block(x0: number, width: number, score: number): Mask {
  const bits = new Uint8Array(20 * 20);
  for (let y = 4; y < 14; y++) bits.fill(1, y * 20 + x0, y * 20 + x0 + width);
  return Mask.fromBitmap({ type: "uint8", dims: [20, 20], data: bits }, { score });
}

test("of two masks of the same thing, the better one stays", () => {
  const events: EverythingEvent[] = [];
  const found = new FoundMasks((event) => events.push(event));
  found.add(block(2, 10, 0.8));
  found.add(block(2, 9, 0.7));
  found.add(block(2, 11, 0.9));
  found.add(block(14, 5, 0.6));
  expect(
    events.map((event) => (event.type === "progress" ? event.type : `${event.type} ${event.id}`)),
  ).toEqual(["found found-1", "dropped found-1", "found found-2", "found found-3"]);
});
