import { preset } from "@sam2js/config/vitest";
import { defineConfig } from "vitest/config";

/** Figures on the built app, and its pictures in the README, for people: `pnpm --filter @sam2js/web bench` and `… pictures`. */
export default defineConfig({
  ...preset,
  test: {
    ...preset.test,
    include: ["bench/**/*.test.ts", "pictures/**/*.test.ts"],
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
