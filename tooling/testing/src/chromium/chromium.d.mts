/** What is reported on a machine without a browser. */
export const NO_CHROMIUM: string;

/** Flags of a browser that does nothing by itself. */
export const QUIET: readonly string[];

/**
 * A flag with which code in WebAssembly is translated once and not optimised meanwhile: less work in all where a page computes little with it, more where it
 * computes for minutes.
 */
export const QUICK_WASM: string;

/** Where Chromium is: `SAM2JS_CHROMIUM`, or where systems keep it; undefined on a machine without one. */
export function findChromium(): string | undefined;

/**
 * Chromium's engine without its windows (`chromium-headless-shell`) where that is installed, else Chromium. The pages are the same; each one takes a quarter
 * of the processor time to open, since no toolbar is drawn for it.
 */
export function findWindowlessChromium(): string | undefined;

/** Flags for WebGPU on Chromium's software adapter (the default), or on the machine's own. */
export function webGpu(adapter?: "software" | "native"): readonly string[];
