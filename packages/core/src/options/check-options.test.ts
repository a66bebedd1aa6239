import { expect, test } from "vitest";
import { InputError } from "../errors/errors.js";
import { checkOneArgument, checkOptions } from "./check-options.js";

const NAMES = ["multimaskOutput", "dtype", "signal"];
const refusal = (options: unknown): InputError => {
  try {
    checkOptions(options, NAMES, "forward");
  } catch (error) {
    if (InputError.isInstance(error)) return error;
  }
  throw new InputError("expected a refusal");
};

test("known names and no options at all pass", () => {
  checkOptions({ dtype: "fp32", signal: undefined }, NAMES, "forward");
  checkOptions(undefined, NAMES, "forward");
});

test("a misspelt, a Python-spelt and a Python-named option are refused with the right name", () => {
  expect(refusal({ multimask_output: false }).message).toContain("write multimaskOutput");
  expect(refusal({ MultiMaskOutput: false }).message).toContain("write multimaskOutput");
  expect(refusal({ singal: null }).message).toContain("write signal");
  expect(refusal({ multimaskOutputs: false }).message).toContain("write multimaskOutput");
  expect(refusal({ torch_dtype: "float16" }).message).toContain("use dtype");
  expect(refusal({ device_map: "auto" }).message).toContain("createNodeRuntime({ device })");
  expect(() => checkOptions({ pointsPerSide: 8 }, ["pointsPerCrop"], "generate")).toThrow(
    "use pointsPerCrop",
  );
  expect(refusal({ colour: 1 }).message).toBe(
    'forward: expected multimaskOutput, dtype, signal, got "colour"; leave it out',
  );
  expect(refusal({ colour: 1 }).facts).toMatchObject({ name: "forward", expected: NAMES, got: "colour" });
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty", ""])(
  "a key from JSON such as %j is refused as any other",
  (name) => {
    const options: unknown = JSON.parse(`{ ${JSON.stringify(name)}: { "dtype": 1 } }`);
    expect(refusal(options).message).toContain(`got ${JSON.stringify(name)}; leave it out`);
  },
);

test("what is no object of options is refused", () => {
  expect(refusal(3).message).toBe("forward: expected an object with options, got 3");
  expect(refusal(null).message).toContain("got null");
  expect(refusal([1]).message).toContain("got [1]");
});

test("what stands behind the one object is refused, not dropped", () => {
  checkOneArgument([undefined], "forward");
  expect(() => checkOneArgument([{ multimaskOutput: false }], "forward")).toThrow(
    "forward: expected one object with inputs and options, got another argument, an object with multimaskOutput",
  );
});
