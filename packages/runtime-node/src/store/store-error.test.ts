import { StoreError } from "@sam2js/core";
import { describe, expect, test } from "vitest";
import { toStoreError } from "./store-error.js";

const systemError = (code: string) => Object.assign(new Error(`${code}: it failed`), { code });

describe("toStoreError", () => {
  test.each([
    ["ENOSPC", "STORE_FULL", /no room/],
    ["EDQUOT", "STORE_FULL", /no room/],
    ["EACCES", "STORE_FAILED", /no right/],
    ["EROFS", "STORE_FAILED", /no right/],
    ["EIO", "STORE_FAILED", /EIO/],
  ])("%s has the code %s and says what to do", (system, code, message) => {
    const cause = systemError(system);
    const error = toStoreError(cause, "cache");
    expect(StoreError.isInstance(error)).toBe(true);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.cause).toBe(cause);
  });

  test("an error of sam2js passes as it is", () => {
    const error = new StoreError("mine");
    expect(toStoreError(error, "cache")).toBe(error);
  });
});
