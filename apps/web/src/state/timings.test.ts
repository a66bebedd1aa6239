import { expect, it } from "vitest";
import { expectedTiming, timingText } from "./timings.js";

it("tells what a model takes in two figures, and nothing where it was not measured", () => {
  expect(timingText({ encodeMs: 1834, clickMs: 46.7 })).toBe("1.8 s a photo, 47 ms a click");
  expect(timingText({ encodeMs: 0.2 })).toBe("1 ms a photo");
  expect(timingText()).toBe("");
});

it("tells of a published model that was not used yet what another one's time makes of it", () => {
  const known = { "facebook/sam2.1-hiera-tiny on wasm": { encodeMs: 6000, clickMs: 100 } };
  const large = expectedTiming(known, "facebook/sam2.1-hiera-large", "wasm");
  expect(timingText(large)).toBe("about 48 s a photo, 100 ms a click");
  expect(expectedTiming(known, "facebook/sam2.1-hiera-tiny", "wasm")).toEqual({
    encodeMs: 6000,
    clickMs: 100,
  });
  expect(expectedTiming(known, "facebook/sam2.1-hiera-large", "webgpu")).toEqual({});
  expect(expectedTiming(known, "owner/own", "wasm")).toEqual({});
});
