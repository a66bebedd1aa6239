import { describe, expect, it } from "vitest";
import { inkOn, isRepeated, objectColor } from "./colors.js";

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe("objectColor", () => {
  it("gives eight colours and begins again, marked as repeated", () => {
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
    expect(new Set(numbers.map(objectColor)).size).toBe(8);
    expect(objectColor(9)).toBe(objectColor(1));
    expect(numbers.some(isRepeated)).toBe(false);
    expect(isRepeated(9)).toBe(true);
  });

  it("can be written on with a contrast of 4.5", () => {
    for (let number = 1; number <= 8; number++) {
      const [a, b] = [luminance(objectColor(number)), luminance(inkOn(objectColor(number)))];
      expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), objectColor(number)).toBeGreaterThan(4.5);
    }
  });
});
