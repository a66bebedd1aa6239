import type { ViteUserConfig } from "vitest/config";

export declare const preset: ViteUserConfig;
export declare const sharedPreset: ViteUserConfig;
export declare const nodePreset: ViteUserConfig;
export declare const sharedNodePreset: ViteUserConfig;
