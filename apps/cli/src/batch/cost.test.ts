import { describe, expect, it } from "vitest";
import { costOf, costText, machinePrice } from "./cost.js";

describe("the cost of a batch", () => {
  it.each([
    ["0.40EUR", 0.4, "EUR"],
    ["1.5 $", 1.5, "$"],
    ["2", 2, ""],
  ])("reads %s", (text, perHour, currency) => {
    expect(machinePrice(text)).toEqual({ perHour, currency });
  });

  it("refuses what is no price", () => {
    for (const text of ["", "free", "-1", "1,5", "1 EUR a day"])
      expect(() => machinePrice(text), text).toThrow(/^--cost-per-hour: expected a number/);
  });

  it("is hours of machines times their price", () => {
    expect(costText(costOf(5_400_000, machinePrice("0.40EUR")))).toBe("0.60 EUR (1.50 machine hours)");
    expect(costText(costOf(36_000, machinePrice("0.5")))).toBe("0.0050 (0.010 machine hours)");
    expect(costText(costOf(0, machinePrice("1")))).toBe("0.00 (0.00 machine hours)");
  });
});
