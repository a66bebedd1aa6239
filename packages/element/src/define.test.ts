import { expect, test } from "vitest";

test("on a server the element can be imported and defined, which does nothing there", async () => {
  expect(globalThis.HTMLElement).toBeUndefined();
  await import("./define.js");
  const { SegmentAnythingElement } = await import("./index.js");
  expect(SegmentAnythingElement.formAssociated).toBe(true);
});
