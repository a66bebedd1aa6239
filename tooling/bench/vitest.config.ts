import { sharedPreset } from "@sam2js/config/vitest";
import { defineConfig } from "vitest/config";

export default defineConfig({
  ...sharedPreset,
  test: { ...sharedPreset.test, include: ["src/**/*.test.mjs"] },
});
