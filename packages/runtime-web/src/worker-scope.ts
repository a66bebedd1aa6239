import type { Port } from "@sam2js/runtime-ort";

/** The global of a dedicated worker; the types of pages and workers cannot be loaded together. */
export const workerScope = globalThis as unknown as Port;
