import {
  CheckpointError,
  type Dtype,
  elementCount,
  type WeightEntry,
  type WeightFile,
  type WeightTable,
} from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";
import { convert } from "./convert-weights.js";

/** What {@link CheckpointWeights} is made of. */
export interface TableParts {
  readonly checkpoint: string;
  readonly fingerprint: string;
  readonly identity: string;
  readonly dtype: Dtype;
  readonly files: readonly WeightFile[];
  readonly entries: ReadonlyMap<string, WeightEntry>;
  readonly records: ReadonlyMap<string, TensorRecord>;
}

/** The tensors of a checkpoint that a model asked for, each where its engine finds it. */
export class CheckpointWeights implements WeightTable {
  readonly fingerprint: string;
  readonly identity: string;
  readonly dtype: Dtype;
  readonly files: readonly WeightFile[];
  readonly #parts: TableParts;

  constructor(parts: TableParts) {
    this.fingerprint = parts.fingerprint;
    this.identity = parts.identity;
    this.dtype = parts.dtype;
    this.files = parts.files;
    this.#parts = parts;
  }

  get names(): readonly string[] {
    return [...this.#parts.entries.keys()];
  }

  has(name: string): boolean {
    return this.#parts.entries.has(name);
  }

  get(name: string): WeightEntry {
    return this.#parts.entries.get(name) ?? this.#missing(name);
  }

  async read(name: string): Promise<Float32Array> {
    const record = this.#parts.records.get(name) ?? this.#missing(name);
    const values = new Float32Array(elementCount(record.dims));
    await convert({ record, elements: values.length }, values);
    return values;
  }

  #missing(name: string): never {
    const { checkpoint } = this.#parts;
    throw new CheckpointError(
      `${checkpoint}: expected a tensor ${name}, got none in the weights that were loaded; name it among the specs`,
      { name: checkpoint, expected: name, got: "none" },
    );
  }
}
