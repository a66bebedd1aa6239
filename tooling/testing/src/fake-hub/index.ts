export type { Fault } from "./fault.js";
export type { FakeRepository } from "./repository.js";
export { type FakeHub, type FakeHubOptions, type SeenRequest, startFakeHub } from "./start-fake-hub.js";
