import { InputError, Tensor } from "@sam2js/core";
import { toNpy } from "@sam2js/masks";
import { describe, expect, it } from "vitest";
import { parseNpy } from "./parse-npy.js";

/** A .npy file with any header and data. */
function npy(header: string, data: ArrayBufferView): Uint8Array {
  const bytes = new Uint8Array(10 + header.length + data.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  bytes.set(new TextEncoder().encode(header), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + header.length);
  return bytes;
}

const header = (descr: string, shape: string) =>
  `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }\n`;

describe("parseNpy", () => {
  it("reads back what toNpy wrote", () => {
    const tensor = new Tensor("float32", Float32Array.of(1.5, -2, 0, 4, 5, 6), [2, 3]);
    const { tensor: read, isBitmap } = parseNpy(toNpy(tensor), "a.npy");
    expect([read.dims, [...read.data], isBitmap]).toEqual([[2, 3], [...tensor.data], false]);
  });

  it("reads doubles, halves, booleans and bytes", () => {
    expect([...parseNpy(npy(header("<f8", "(2,)"), Float64Array.of(0.5, -3)), "a").tensor.data]).toEqual([
      0.5, -3,
    ]);
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x7c00, 0x0001);
    expect([...parseNpy(npy(header("<f2", "(4,)"), halves), "a").tensor.data]).toEqual([
      1,
      -2,
      Number.POSITIVE_INFINITY,
      2 ** -24,
    ]);
    const bits = parseNpy(npy(header("|b1", "(1, 2)"), Uint8Array.of(0, 1)), "a");
    expect([[...bits.tensor.data], bits.isBitmap]).toEqual([[0, 1], true]);
  });

  it.each([
    ["another kind of file", new TextEncoder().encode("not a numpy array")],
    ["the type <c8", npy(header("<c8", "(1,)"), new Uint8Array(8))],
    ["another length", npy(header("<f4", "(3,)"), new Float32Array(2))],
    ["another length", npy(header("<f4", "(1,)"), new Float32Array(2))],
    ["values; at most", npy(header("<f4", "(99999, 99999)"), new Float32Array(2))],
    ["Fortran order", npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", new Float32Array(2))],
    ["damaged header", npy("{}", new Float32Array(2))],
    ["another kind of file", new Uint8Array(0)],
  ])("refuses %s", (message, bytes) => {
    expect(() => parseNpy(bytes, "m.npy")).toThrow(InputError);
    expect(() => parseNpy(bytes, "m.npy")).toThrow(message);
  });

  it("refuses a header longer than the file", () => {
    const bytes = npy(header("<f4", "(1,)"), new Float32Array(1)).slice(0, 40);
    expect(() => parseNpy(bytes, "m.npy")).toThrow("damaged header");
  });
});
