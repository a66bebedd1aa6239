import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { encodePng } from "./encode-png.js";

/** The chunks of a PNG by type. */
function chunks(png: Uint8Array): Record<string, Uint8Array> {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const found: Record<string, Uint8Array> = {};
  for (let at = 8; at < png.length; at += view.getUint32(at) + 12) {
    const type = new TextDecoder().decode(png.subarray(at + 4, at + 8));
    found[type] = png.subarray(at + 8, at + 8 + view.getUint32(at));
  }
  return found;
}

describe("encodePng", () => {
  test("writes the end marker with the CRC that every PNG ends with", async () => {
    const png = await encodePng({ data: Uint8Array.of(7), width: 1, height: 1, channels: 1 });
    expect([...png.slice(-12)]).toEqual([0, 0, 0, 0, 73, 69, 78, 68, 0xae, 0x42, 0x60, 0x82]);
  });

  test("takes the filter under which a row is smallest", async () => {
    const data = Uint8Array.of(10, 20, 30, 40, 10, 20, 30, 40, 0, 0, 0, 1);
    const { IDAT } = chunks(await encodePng({ data, width: 4, height: 3, channels: 1 }));
    const rows = inflateSync(IDAT as Uint8Array);
    expect([...rows]).toEqual([1, 10, 10, 10, 10, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  test("indices stay as they are, beside their palette", async () => {
    const palette = Uint8Array.of(0, 0, 0, 255, 0, 0);
    const { IHDR, PLTE, IDAT } = chunks(
      await encodePng({ data: Uint8Array.of(0, 1, 1, 0), width: 2, height: 2, channels: 1, palette }),
    );
    expect((IHDR as Uint8Array)[9]).toBe(3);
    expect(PLTE).toEqual(palette);
    expect([...inflateSync(IDAT as Uint8Array)]).toEqual([0, 0, 1, 0, 1, 0]);
  });
});
