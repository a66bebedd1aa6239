// What `MaskKernel` calls. Written in AssemblyScript, compiled by `build.mjs`.
export { countAbove, countedAboveLower } from "./count-above";
export { straighten } from "./crossing";
export { place } from "./layout";
