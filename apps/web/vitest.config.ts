import { preset } from "@sam2js/config/vitest";
import { defineConfig } from "vitest/config";

/** What measures times, and what draws on a software graphics device, which stands still where others take the processor. */
const ALONE = ["e2e/many.test.ts", "e2e/webgpu.test.ts"];

/** Nothing that comes is waited for so long, even on a machine several times slower: what fails is wrong, and not late. */
const unhurried = { testTimeout: 900_000, hookTimeout: 900_000, expect: { poll: { timeout: 120_000 } } };

export default defineConfig({
  ...preset,
  test: {
    projects: [
      {
        ...preset,
        test: { ...preset.test, name: "units", include: ["src/**/*.test.ts", "build/**/*.test.ts"] },
      },
      {
        ...preset,
        test: {
          ...preset.test,
          ...unhurried,
          name: "browser",
          include: ["e2e/**/*.test.ts"],
          exclude: ALONE,
          // Two files at a time: while one waits for its browser, the other one works. A process keeps its browser for all its files.
          maxWorkers: 2,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...preset,
        test: {
          ...preset.test,
          ...unhurried,
          name: "browser, alone",
          include: ALONE,
          fileParallelism: false,
          isolate: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
