import type { Dtype } from "../weights/dtype.js";
import type { WeightFile } from "./weight-source.js";

/** Element types of tensors in checkpoints as graphs may refer to them in place. */
export type WeightType = "float32" | "float16" | "int32" | "uint8" | "int8";

/** Where one tensor of a checkpoint lies: `byteLength` bytes from `byteOffset` of the file called `location`. */
export interface WeightEntry {
  /** The reference's name, `vision_encoder.backbone…`. */
  readonly name: string;
  /** Element type of the bytes in the file called `location`. */
  readonly type: WeightType;
  /** Sizes of the axes, outermost first; the elements are row-major. */
  readonly dims: readonly number[];
  /** The `location` of one of the table's files. */
  readonly location: string;
  /** A multiple of 4. */
  readonly byteOffset: number;
  /** Product of `dims` times the bytes of an element. */
  readonly byteLength: number;
  /**
   * Products by this float32 matrix [outputs, inputs] are to be computed in 8 bits: graphs read and quantize it when they are built. It has
   * no place to refer to; `location` is empty.
   */
  readonly isQuantized?: boolean | undefined;
}

/**
 * The tensors of a checkpoint by the reference's names, already widened to a type that engines take. What a graph needs of a checkpoint:
 * entries to refer to in place, and values of the few that must be folded.
 */
export interface WeightTable {
  /**
   * Tells checkpoints of different content apart by a hash of names, shapes, small tensors and samples of the large ones; equal on every
   * platform.
   */
  readonly fingerprint: string;
  /**
   * The fingerprint together with what the platform knows of the files: the Hub's hash of their content, else path, size and time of the
   * last change. So two contents with equal samples differ too. For what does not outlive the files: digests of graphs.
   */
  readonly identity: string;
  /** What it was loaded for: with `"fp16"` some entries are float16, with `"q8"` some are to be quantized. Default `"fp32"`. */
  readonly dtype?: Dtype | undefined;
  /** Files that entries refer to, each once. */
  readonly files: readonly WeightFile[];
  /** Of all tensors that `get` and `read` know. */
  readonly names: readonly string[];
  /** Whether `get` and `read` know a tensor; optional ones may be missing. */
  has(name: string): boolean;
  /** @throws {CheckpointError} there is no tensor of this name */
  get(name: string): WeightEntry;
  /** Reads a tensor as float32, widened where it is smaller. */
  read(name: string): Promise<Float32Array>;
}

/** A tensor that a model needs, by name and shape, so that a checkpoint can be checked before anything is allocated. */
export interface WeightSpec {
  /** The reference's name; aliases of it are the loader's business. */
  readonly name: string;
  /** The exact shape, outermost axis first. */
  readonly dims: readonly number[];
  /** It may be missing (its use has a substitute, named by the model that asks). */
  readonly optional?: boolean | undefined;
}
