import { describe, expect, it } from "vitest";
import { InputError } from "../errors/errors.js";
import { toFloat16 } from "../tensor/float16.js";
import { CheckedBytes, HalfBlock, writeCheckedBytes } from "./checked-bytes.js";

const format = { mark: "TEST", what: "saved test", madeBy: "test.save()", maxHeaderBytes: 1000 };
const bytes = writeCheckedBytes(format, { name: "x" }, [new Float32Array([1, -2]), new Uint16Array([3])]);

function refusal(damaged: Uint8Array): InputError {
  try {
    new CheckedBytes(format, damaged);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new RangeError("was taken");
}

describe("checked bytes", () => {
  it("give back what was written, from anywhere in a buffer", () => {
    const content = new CheckedBytes(format, new Uint8Array([9, ...bytes]).subarray(1));
    expect(content.header).toEqual({ name: "x" });
    expect([...content.take(Float32Array, 2)]).toEqual([1, -2]);
    expect([...content.take(Uint16Array, 1)]).toEqual([3]);
    content.end();
    expect(() => content.take(Uint16Array, 1)).toThrow(/expected 2 more bytes, got 0/);
  });

  it.each([5, 9000])("hold %i halves at any address as they hold their bits", (length) => {
    const values = Float32Array.from({ length }, (_, i) => Math.sin(i) * 2 ** ((i % 40) - 20));
    for (const name of ["x", "xy"]) {
      const halves = writeCheckedBytes(format, { name }, [new HalfBlock(values)]);
      expect(halves).toEqual(writeCheckedBytes(format, { name }, [toFloat16(values)]));
    }
  });

  it("are refused with any bit flipped, and cut off or continued anywhere", () => {
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(refusal(damaged).message, `bit ${bit}`).toMatch(/^saved test: expected .*, got .*; /);
    }
    for (let length = 0; length < bytes.length; length++) refusal(bytes.slice(0, length));
    refusal(new Uint8Array([...bytes, 0]));
  });

  it("of another format are told from damaged ones", () => {
    const old = bytes.slice();
    old[4] = 1;
    expect(refusal(old).message).toMatch(/expected format 2, got 1; it was written by another release/);
    expect(refusal(old).facts).toEqual({ name: "saved test", expected: "format 2", got: 1 });
  });
});
