export { EngineTensor, type KeptTensor, type TensorHost } from "./engine-tensor.js";
export { type ProtoField, protoFields, protoHead, varintBytes } from "./protobuf.js";
export { type LoadedGraph, SharedGraphs } from "./shared-graphs.js";
export { WorkQueue } from "./work-queue.js";
