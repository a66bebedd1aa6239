import { createHash } from "node:crypto";
import { InputError, ShapeError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import goldens from "./__fixtures__/upsample.json" with { type: "json" };
import { planUpsample, upsampleLogits } from "./upsample-logits.js";

const floats = (base64: string) => new Float32Array(Uint8Array.from(Buffer.from(base64, "base64")).buffer);
const size = (sizes: number[]) => [sizes[0]!, sizes[1]!] as const;

describe("upsampleLogits", () => {
  it("gives PyTorch's values bit for bit from 32,768 pixels on, larger and smaller than the logits", () => {
    const large = goldens.cases.filter((golden) => golden.sha256);
    expect(large.length).toBeGreaterThan(3);
    for (const golden of large) {
      const result = upsampleLogits(floats(golden.logits), planUpsample(size(golden.from), size(golden.to)));
      expect(createHash("sha256").update(result).digest("hex")).toBe(golden.sha256);
    }
  });

  it("gives PyTorch's values to the last bit or two for small results, where it takes other loops", () => {
    const small = goldens.cases.filter((golden) => golden.expected);
    expect(small.length).toBeGreaterThan(3);
    for (const golden of small) {
      const result = upsampleLogits(floats(golden.logits), planUpsample(size(golden.from), size(golden.to)));
      const expected = floats(golden.expected!);
      expect(result.length).toBe(expected.length);
      // Three float32 roundings of values up to 40: 4e-6 each.
      expected.forEach((value, i) => {
        expect(Math.abs(result[i]! - value)).toBeLessThan(1e-5);
      });
    }
  });

  it("knows the pixels of each low-resolution row, also where there are none", () => {
    const { rows } = planUpsample([8, 1], [3, 1]);
    for (let cell = 0; cell < 8; cell++) {
      for (let y = rows.cells[cell]!; y < rows.cells[cell + 1]!; y++) expect(rows.first[y]).toBe(cell);
    }
    expect(rows.cells[8]).toBe(3);
  });

  it("refuses logits of another size and sizes that are no sizes", () => {
    expect(() => upsampleLogits(new Float32Array(5), planUpsample([2, 2], [4, 4]))).toThrow(ShapeError);
    expect(() => planUpsample([0, 2], [4, 4])).toThrow(InputError);
    expect(() => planUpsample([2, 2], [4.5, 4])).toThrow(InputError);
  });
});
