/**
 * @internal For sister packages that build on the same parts (`@sam2js/video`); not a public interface.
 */
export { type Loaded, loadPretrained, type ModelDefinition } from "./model/load-pretrained.js";
export { SessionCache } from "./model/session-cache.js";
