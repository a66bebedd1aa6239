// What `NumbersKernel` calls. Written in AssemblyScript, compiled by `build.mjs`.
export { toHalves } from "./halves";
export { sumStripes } from "./sum";
