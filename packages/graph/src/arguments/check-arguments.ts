import { checkMembers } from "@sam2js/core";

const CONFIG = "the config of a model, such as model.config or Sam2Config.parse(…)";
const WEIGHTS = "a table of weights, as checkpoint.weights(…) makes one";

/** @param parts  members of the config that will be read  @throws {InputError} it is no config, or the config of another part of a model */
export function checkConfig(config: unknown, ...parts: readonly string[]): void {
  const which = parts.length > 0 ? ` with ${parts.join(" and ")}` : "";
  checkMembers(config, "config", CONFIG + which, ...parts);
}

/** @throws {InputError} it is no table of weights */
export function checkWeights(weights: unknown): void {
  checkMembers(weights, "weights", WEIGHTS, "has", "get");
}
