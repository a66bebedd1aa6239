// What `ResizeKernel` calls. Written in AssemblyScript, compiled by `build.mjs`.
export { across } from "./across";
export { down } from "./down";
