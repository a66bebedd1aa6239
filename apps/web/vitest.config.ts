import { preset } from "@sam2js/config/vitest";
import { defineConfig } from "vitest/config";

export default defineConfig({
  ...preset,
  test: {
    ...preset.test,
    include: ["src/**/*.test.ts", "build/**/*.test.ts", "e2e/**/*.test.ts"],
    // The browser tests share one machine with the engine's threads: one file after the other.
    fileParallelism: false,
    // On a busy machine a browser takes its time.
    expect: { poll: { timeout: 15_000 } },
  },
});
