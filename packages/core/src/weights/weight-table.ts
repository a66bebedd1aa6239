import type { WeightFile } from "./weight-source.js";

/** Element types of tensors in checkpoints as graphs may refer to them in place. */
export type WeightType = "float32" | "float16" | "int32" | "uint8" | "int8";

/** Where one tensor of a checkpoint lies: `byteLength` bytes from `byteOffset` of the file called `location`. */
export interface WeightEntry {
  readonly name: string;
  readonly type: WeightType;
  readonly dims: readonly number[];
  readonly location: string;
  /** A multiple of 4. */
  readonly byteOffset: number;
  readonly byteLength: number;
}

/**
 * The tensors of a checkpoint by the reference's names, already widened to a type that engines take. What a graph needs of a checkpoint:
 * entries to refer to in place, and values of the few that must be folded.
 */
export interface WeightTable {
  /** Differs between checkpoints of different content (hash of header and small tensors); equal on every platform. */
  readonly fingerprint: string;
  readonly files: readonly WeightFile[];
  readonly names: readonly string[];
  has(name: string): boolean;
  /** @throws {CheckpointError} there is no tensor of this name */
  get(name: string): WeightEntry;
  /** Reads a tensor as float32, widened where it is smaller. */
  read(name: string): Promise<Float32Array>;
}

/** A tensor that a model needs, by name and shape, so that a checkpoint can be checked before anything is allocated. */
export interface WeightSpec {
  readonly name: string;
  readonly dims: readonly number[];
  /** It may be missing (its use has a substitute, named by the model that asks). */
  readonly optional?: boolean | undefined;
}
