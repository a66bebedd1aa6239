import { CheckpointError, UnsupportedError, type WeightSpec } from "@sam2js/core";
import type { TensorRecord, WeightAliases } from "../checkpoint.js";
import { isWidenable, WIDENABLE } from "./widen.js";

/** How many names a message lists before it only counts. */
const NAMES_SHOWN = 12;

/**
 * Finds the tensor for each spec, by its name or by an alias.
 *
 * @returns wanted name to record; optional tensors that are not there are left out
 * @throws {CheckpointError} naming all missing tensors, or all of another shape
 * @throws {UnsupportedError} an element type that cannot be widened to float32
 */
export function resolveSpecs(
  checkpoint: string,
  tensors: ReadonlyMap<string, TensorRecord>,
  specs: readonly WeightSpec[],
  aliases: WeightAliases,
): Map<string, TensorRecord> {
  const resolved = new Map<string, TensorRecord>();
  const missing: string[] = [];
  const misshapen: string[] = [];
  for (const { name, dims, optional } of specs) {
    const record = find(tensors, name, aliases);
    if (!record) {
      if (!optional) missing.push(name);
    } else if (!sameShape(record.dims, dims)) {
      misshapen.push(`${name}: expected [${dims.join(", ")}], got [${record.dims.join(", ")}]`);
    } else {
      resolved.set(name, record);
    }
  }
  if (missing.length > 0) {
    throw new CheckpointError(
      `${checkpoint}: expected ${missing.length} more tensor${missing.length > 1 ? "s" : ""} than it has: ${list(missing)}; ` +
        "the weights do not belong to this config.json, or are not those of a SAM 2 model in the transformers format",
      { checkpoint, missing },
    );
  }
  if (misshapen.length > 0) {
    throw new CheckpointError(
      `${checkpoint}: tensors have other shapes than config.json says: ${list(misshapen)}; use the config.json that was saved with these weights`,
      { checkpoint, misshapen },
    );
  }
  for (const [name, { dtype }] of resolved) {
    if (isWidenable(dtype)) continue;
    throw new UnsupportedError(
      `${checkpoint}: tensor ${name}: expected an element type of ${WIDENABLE.join(", ")}, got ${dtype}; save the model as float32 or bfloat16`,
      { checkpoint, tensor: name, dtype },
    );
  }
  return resolved;
}

/** The sentence about tensors that nothing uses, or undefined if there are none. */
export function describeUnknown(
  checkpoint: string,
  tensors: ReadonlyMap<string, TensorRecord>,
  specs: readonly WeightSpec[],
  aliases: WeightAliases,
  ignore: (name: string) => boolean,
): string | undefined {
  const known = new Set(specs.map(({ name }) => name));
  for (const { name } of specs) for (const alias of stand(aliases, name)) known.add(alias);
  const unknown = [...tensors.keys()].filter((name) => !known.has(name) && !ignore(name));
  if (unknown.length === 0) return undefined;
  const verb = unknown.length > 1 ? "tensors are" : "tensor is";
  return `${checkpoint}: ${unknown.length} ${verb} not used by this model: ${list(unknown)}`;
}

function find(
  tensors: ReadonlyMap<string, TensorRecord>,
  name: string,
  aliases: WeightAliases,
): TensorRecord | undefined {
  for (const candidate of [name, ...stand(aliases, name)]) {
    const record = tensors.get(candidate);
    if (record) return record;
  }
  return undefined;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

function list(names: readonly string[]): string {
  const shown = names
    .slice(0, NAMES_SHOWN)
    .map((name) => (name.length > 200 ? `${name.slice(0, 200)}…` : name));
  return `${shown.join(", ")}${names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : ""}`;
}

function stand(aliases: WeightAliases, name: string): readonly string[] {
  return Object.hasOwn(aliases, name) ? (aliases[name] ?? []) : [];
}
