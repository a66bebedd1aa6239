export type { ConformanceCase, ConformanceContext, Need } from "./conformance/conformance-case.js";
export {
  type ConformanceOptions,
  casesFor,
  conformanceCases,
  registerConformance,
} from "./conformance/conformance-cases.js";
export { ConformanceError } from "./conformance/expect.js";
export { FakeDeviceTensor } from "./fake-device-tensor.js";
export { type FakeProgram, FakeRuntime, type FakeRuntimeOptions } from "./fake-runtime.js";
export { MemoryStore, memoryFile, memoryFolder } from "./memory-store.js";
export { CONFORMANCE_PROGRAMS } from "./models/conformance-models.js";
export { describeModel, type ExternalTensor, type Operation, type SmallModel } from "./models/onnx.js";
