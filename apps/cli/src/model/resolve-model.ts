import type { ModelReference } from "@sam2js/checkpoint";
import nano from "@sam2js/nano";

/** The model that runs when none is named: small, inside the package, nothing to download. */
export const DEFAULT_MODEL = "nano";

/** What `--model` names: `nano`, a Hub id, a folder or a URL. */
export function resolveModel(name: string): ModelReference {
  return name === DEFAULT_MODEL ? nano : name;
}
