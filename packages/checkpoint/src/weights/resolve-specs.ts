import { CheckpointError, UnsupportedError, type WeightSpec } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";
import { isWidenable, WIDENABLE } from "./widen.js";

/** The reference ties these two: one tensor, of which a file may hold either name or both. In a file with both each is used by its own name. */
const TIED = [
  "shared_image_embedding.positional_embedding",
  "prompt_encoder.shared_embedding.positional_embedding",
];

/** How many names a message lists before it only counts. */
const NAMES_SHOWN = 12;

/**
 * Finds the tensor for each spec, by its name or that of the tensor it is tied to.
 *
 * @returns wanted name to record; optional tensors that are not there are left out
 * @throws {CheckpointError} naming all missing tensors, or all of another shape
 * @throws {UnsupportedError} an element type that cannot be widened to float32
 */
export function resolveSpecs(
  checkpoint: string,
  tensors: ReadonlyMap<string, TensorRecord>,
  specs: readonly WeightSpec[],
): Map<string, TensorRecord> {
  const resolved = new Map<string, TensorRecord>();
  const missing: string[] = [];
  const misshapen: string[] = [];
  for (const { name, dims, optional } of specs) {
    const record = find(tensors, name);
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
      { name, checkpoint, expected: WIDENABLE, got: dtype },
    );
  }
  return resolved;
}

/** The sentence about tensors that nothing uses, or undefined if there are none. */
export function describeUnknown(
  checkpoint: string,
  tensors: ReadonlyMap<string, TensorRecord>,
  specs: readonly WeightSpec[],
  ignore: (name: string) => boolean,
): string | undefined {
  const known = new Set(specs.map(({ name }) => name));
  if (TIED.some((name) => known.has(name))) for (const name of TIED) known.add(name);
  const unknown = [...tensors.keys()].filter((name) => !known.has(name) && !ignore(name));
  if (unknown.length === 0) return undefined;
  const verb = unknown.length > 1 ? "tensors are" : "tensor is";
  return `${checkpoint}: ${unknown.length} ${verb} not used by this model: ${list(unknown)}`;
}

function find(tensors: ReadonlyMap<string, TensorRecord>, name: string): TensorRecord | undefined {
  const found = tensors.get(name);
  const other = TIED.includes(name) ? TIED.find((each) => tensors.has(each)) : undefined;
  return found ?? (other === undefined ? undefined : tensors.get(other));
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
