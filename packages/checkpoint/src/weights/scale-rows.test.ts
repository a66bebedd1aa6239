import { expect, test } from "vitest";
import { scaleRows } from "./scale-rows.js";

test("a part that begins and ends inside rows is scaled like the whole", () => {
  const whole = Float32Array.from({ length: 12 }, (_, i) => i + 1);
  const scales = Float32Array.of(1, 10, 100);
  const expected = whole.map((value, i) => value * 10 ** Math.floor(i / 4));
  for (let begin = 0; begin < 12; begin++) {
    for (let end = begin; end <= 12; end++) {
      const part = whole.slice(begin, end);
      scaleRows(part, begin, 4, scales);
      expect([...part]).toEqual([...expected.slice(begin, end)]);
    }
  }
});
