import { describe, expect, it, vi } from "vitest";
import { assert } from "./assert.js";
import { DisposedError, EngineError, InputError, ShapeError, StoreError } from "./errors.js";
import { Sam2Error } from "./sam2-error.js";

describe("errors", () => {
  it("have a code for programs, a message for people, facts and a cause", () => {
    const cause = new TypeError("underneath");
    const error = new ShapeError("input_points: expected [B, N, P, 2], got [1, 3, 2]", {
      name: "input_points",
      cause,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "ShapeError",
      code: "SHAPE_MISMATCH",
      facts: { name: "input_points" },
    });
    expect(error.cause).toBe(cause);
    expect(error.facts).not.toHaveProperty("cause");
    expect(new EngineError("no room", {}, "OUT_OF_MEMORY").code).toBe("OUT_OF_MEMORY");
    expect(new DisposedError("session").message).toContain("session: used after dispose()");
  });

  it("say what was expected in the message and in facts alike", () => {
    const error = ShapeError.expected("points", "[N, 2]", [3, 4], "add an axis");
    expect(ShapeError.isInstance(error)).toBe(true);
    expect(error.message).toBe("points: expected [N, 2], got [3, 4]; add an axis");
    expect(error.facts).toEqual({ name: "points", expected: "[N, 2]", got: [3, 4] });
    expect(InputError.expected("count", "a number > 0", 0).message).toBe(
      "count: expected a number > 0, got 0",
    );
  });

  it("are recognised as their class and its ancestors, and as nothing else", () => {
    const error = new ShapeError("wrong");
    expect(ShapeError.isInstance(error)).toBe(true);
    expect(InputError.isInstance(error)).toBe(true);
    expect(Sam2Error.isInstance(error)).toBe(true);
    expect(EngineError.isInstance(error)).toBe(false);
    expect(ShapeError.isInstance(new InputError("wrong"))).toBe(false);
    for (const other of [new Error("other"), null, undefined, "ShapeError", 3]) {
      expect(Sam2Error.isInstance(other)).toBe(false);
    }
  });

  it("are recognised across two copies of the package", async () => {
    vi.resetModules();
    const copy = await import("./errors.js");
    expect(copy.ShapeError).not.toBe(ShapeError);
    const stranger = new copy.ShapeError("from the other copy");
    expect(stranger).not.toBeInstanceOf(ShapeError);
    expect(ShapeError.isInstance(stranger)).toBe(true);
    expect(InputError.isInstance(stranger)).toBe(true);
    expect(DisposedError.isInstance(stranger)).toBe(false);
  });

  it("narrow the type of what was caught", () => {
    const caught: unknown = new EngineError("failed");
    if (!EngineError.isInstance(caught)) throw caught;
    expect(caught.code).toBe("ENGINE_FAILED");
  });

  it("keep facts apart from the error's own members", () => {
    const error = new InputError("wrong", { message: "not this", stack: 3, code: "X" });
    expect(error.message).toBe("wrong");
    expect(error.code).toBe("INVALID_INPUT");
    expect(error.facts).toEqual({ message: "not this", stack: 3, code: "X" });
  });
});

describe("codes", () => {
  it("are a union, of which each class takes its own only", () => {
    // @ts-expect-error no code of any class
    new InputError("wrong", {}, "NO_SUCH_CODE");
    // @ts-expect-error a code of another class
    new EngineError("wrong", {}, "STORE_FULL");
    expect(new StoreError("full", {}, "STORE_FULL").code satisfies "STORE_FAILED" | "STORE_FULL").toBe(
      "STORE_FULL",
    );
  });
});

describe("assert", () => {
  it("throws only where a statement does not hold, and says that it is our bug", () => {
    expect(() => assert(1, "one holds")).not.toThrow();
    expect(() => assert(0, "zero holds")).toThrow("please report it: zero holds");
  });
});
