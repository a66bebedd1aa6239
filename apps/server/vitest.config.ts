import { sharedPreset } from "@sam2js/config/vitest";
import { defineConfig } from "vitest/config";

export default defineConfig(sharedPreset);
