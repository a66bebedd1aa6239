/** What is reported on a machine without a browser. */
export const NO_CHROMIUM: string;

/** Flags of a browser that does nothing by itself. */
export const QUIET: readonly string[];

/** Where Chromium is: `SAM2JS_CHROMIUM`, or where systems keep it; undefined on a machine without one. */
export function findChromium(): string | undefined;

/** Flags for WebGPU on Chromium's software adapter (the default), or on the machine's own. */
export function webGpu(adapter?: "software" | "native"): readonly string[];
