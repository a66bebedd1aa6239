import { InputError, ShapeError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import goldens from "./__fixtures__/upsample.json" with { type: "json" };
import { planUpsample, upsampleLogits } from "./upsample-logits.js";

const floats = (base64: string) => new Float32Array(Uint8Array.from(Buffer.from(base64, "base64")).buffer);
const size = (sizes: number[]) => [sizes[0]!, sizes[1]!] as const;

describe("upsampleLogits", () => {
  it("gives PyTorch's values bit for bit, larger, smaller and at the same size", () => {
    for (const golden of goldens.cases) {
      const plan = planUpsample(size(golden.from), size(golden.to));
      expect(upsampleLogits(floats(golden.logits), plan)).toEqual(floats(golden.expected));
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
