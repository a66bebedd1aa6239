import { sharedPreset } from "@sam2js/config/vitest";
import { defineConfig } from "vitest/config";

// Each file starts a browser of its own: one at a time, so that they do not share the cores.
export default defineConfig({ ...sharedPreset, test: { ...sharedPreset.test, fileParallelism: false } });
