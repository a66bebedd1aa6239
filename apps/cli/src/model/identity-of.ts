import { createHash } from "node:crypto";

/** What answers depend on of a model that was loaded. */
export interface Identified {
  readonly model: { readonly fingerprint: string; readonly config: { stringify(): string } };
  readonly processor: { toJSON(): object };
}

/**
 * Tells one model from another by all that its answers depend on: weights, image size, config, and the settings by which images are prepared.
 *
 * @returns SHA-256, hexadecimal
 */
export function identityOf({ model, processor }: Identified): string {
  const parts = [model.fingerprint, model.config.stringify(), processor.toJSON()];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
