import { expect, it } from "vitest";
import { photoAlpha } from "./photo-alpha.js";

it("opens no JPEG to look for transparency, also where nobody says that it is one", async () => {
  const photo = new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)]);
  expect(photo.type).toBe("");
  expect(await photoAlpha(photo)).toBeUndefined();
});
