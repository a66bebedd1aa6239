export type { ConformanceCase, ConformanceContext, Need } from "./conformance/conformance-case.js";
export {
  type ConformanceOptions,
  casesFor,
  conformanceCases,
  registerConformance,
} from "./conformance/conformance-cases.js";
export { ConformanceError } from "./conformance/expect.js";
export { MemoryStore, memoryFile, memoryFolder } from "./memory-store.js";
export { describeModel, type ExternalTensor, type Operation, type SmallModel } from "./models/onnx.js";
