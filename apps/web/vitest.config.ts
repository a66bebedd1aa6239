import { preset } from "@sam2js/config/vitest";
import { defineConfig } from "vitest/config";

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
          name: "browser",
          include: ["e2e/**/*.test.ts"],
          // They share one machine with the engine's threads: one file after the other, in one process that loads the browser's driver once.
          fileParallelism: false,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
