import { Sam2Config } from "@sam2js/core";
import { expect, it } from "vitest";
import { draftSideOf } from "./draft-model.js";

const MEGABYTE = 2 ** 20;

it("drafts in half the size where the device has memory for the model twice", () => {
  const config = Sam2Config.parse({});
  expect(draftSideOf({ config, weightBytes: 156 * MEGABYTE, isReadyMade: false }, 4)).toBe(512);
  expect(draftSideOf({ config, weightBytes: 156 * MEGABYTE, isReadyMade: false }, 1)).toBeNull();
  expect(draftSideOf({ config, weightBytes: 898 * MEGABYTE, isReadyMade: false }, 8)).toBeNull();
});

it("makes no drafts of models whose windows do not fit into half the size", () => {
  const config = Sam2Config.parse({}).withImageSize(96);
  expect(draftSideOf({ config, weightBytes: MEGABYTE, isReadyMade: false }, 8)).toBeNull();
});

it("makes no drafts of ready-made files, which have one image size", () => {
  const config = Sam2Config.parse({});
  expect(draftSideOf({ config, weightBytes: MEGABYTE, isReadyMade: true }, 8)).toBeNull();
});
