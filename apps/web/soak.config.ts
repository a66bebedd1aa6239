import { preset } from "@sam2js/vitest";
import { defineConfig } from "vitest/config";

/** Long runs that look at memory; no part of the tests. */
export default defineConfig({
  ...preset,
  test: { ...preset.test, include: ["soak/**/*.soak.ts"], disableConsoleIntercept: true },
});
