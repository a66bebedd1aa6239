import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../errors/errors.js";
import { Sam2Config } from "./sam2-config.js";
import { Sam2HieraDetConfig } from "./sam2-hiera-det-config.js";
import { Sam2VisionConfig } from "./sam2-vision-config.js";

interface Case {
  readonly kind: "image" | "vision" | "hiera";
  readonly config: object;
  readonly runs: boolean;
  readonly size?: number;
  readonly sizes?: readonly unknown[];
  readonly error?: string;
}

const { cases } = JSON.parse(readFileSync(new URL("./__fixtures__/runs.json", import.meta.url), "utf8")) as {
  cases: Case[];
};

/** What parse says: nothing, or the message of its ConfigError. */
function verdict({ kind, config, size = 0, sizes }: Case): string | undefined {
  try {
    if (kind === "image") Sam2Config.parse(config);
    else if (kind === "vision") {
      const { levelSizes } = Sam2VisionConfig.parse(config).withImageSize(size);
      if (sizes) expect(levelSizes).toEqual(sizes);
    } else {
      const { stageSizes } = Sam2HieraDetConfig.parse(config).withImageSize(size);
      if (sizes) expect(stageSizes).toEqual(sizes);
    }
    return undefined;
  } catch (error) {
    if (!ConfigError.isInstance(error)) throw error;
    return error.message;
  }
}

describe.each(["image", "vision", "hiera"] as const)("%s configs", (kind) => {
  const ours = cases.filter((one) => one.kind === kind);

  it("are taken when the reference can run them, with its feature sizes", () => {
    const refused = ours.filter(({ runs }) => runs).map((one) => [verdict(one), one.config]);
    expect(refused.length).toBeGreaterThan(20);
    expect(refused.filter(([message]) => message !== undefined)).toEqual([]);
  });

  it("are refused when the reference cannot run them", () => {
    const wrong = ours.filter(({ runs }) => !runs);
    expect(wrong.length).toBeGreaterThan(20);
    expect(
      wrong.filter((one) => verdict(one) === undefined).map(({ error, config }) => [error, config]),
    ).toEqual([]);
  });
});
