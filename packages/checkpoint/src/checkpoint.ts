import type { Dtype, ModelFile, WeightSpec, WeightTable, WorkOptions } from "@sam2js/core";
import type { SafetensorsDtype } from "./safetensors/dtype.js";

/** One tensor of a checkpoint as it lies in its file. */
export interface TensorRecord {
  /** As the file's writer called it: the reference's name. */
  readonly name: string;
  /** Element type in the file, before any widening. */
  readonly dtype: SafetensorsDtype;
  /** Sizes of the axes, outermost first; `[]` for a scalar. */
  readonly dims: readonly number[];
  /** The file that holds it: of a sharded checkpoint, its shard. */
  readonly file: ModelFile;
  /** From the start of the file, in bytes, at any alignment. */
  readonly byteOffset: number;
  /** As `dims` and `dtype` say: this was checked, and that it lies inside the file. */
  readonly byteLength: number;
  /** Of a quantized tensor: float numbers [dims[0]], one for each index of its first axis; values are `I8 · scale`. */
  readonly scale?: TensorRecord | undefined;
}

/** How tensors are matched with what a model needs, and made ready for an engine. */
export interface WeightOptions extends WorkOptions {
  /**
   * Type to compute in; `"fp32"` by default. With `"fp16"` tensors are rounded to float16, or left in their files where they are float16
   * already; with `"q8"` matrices are marked, and graphs quantize them when they are built.
   */
  readonly dtype?: Dtype | undefined;
  /** The tensors that `dtype` is meant for, by name; others are float32. All by default. */
  readonly appliesTo?: ((name: string) => boolean) | undefined;
  /** Tensors that no warning should name although no spec asks for them. */
  readonly ignore?: ((name: string) => boolean) | undefined;
  /** Is told once, in one sentence, which tensors of the checkpoint nothing uses. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** A checkpoint whose headers are read and checked; tensors stay in their files until a table is asked for. */
export interface Checkpoint {
  /** For messages: Hub id, folder, URL. */
  readonly name: string;
  /** Commit, if it came from the Hub. */
  readonly revision?: string | undefined;
  /** Parsed `config.json`, to be given to `Sam2Config.parse`; of a `.pt` file, what its weights tell of it. */
  readonly config: unknown;
  /**
   * What the weights of a `.pt` file do not say and was taken from published models: the name in `config.json`, a colon, and what is taken.
   * Empty for other files.
   */
  readonly assumed: readonly string[];
  /** Every tensor of the file or of all shards, by name. */
  readonly tensors: ReadonlyMap<string, TensorRecord>;
  /** What the writer put beside the tensors, such as `format`. */
  readonly metadata: ReadonlyMap<string, string>;
  /**
   * Checks the tensors against what a model needs, then makes them ready for an engine: float32 tensors at offsets that are
   * multiples of 4 stay where they are, others are widened, multiplied by their scales or moved, into one file in memory.
   *
   * @throws {CheckpointError} a tensor is missing, or has another shape than the config asks for; before anything is allocated; or a
   *   scale of a quantized tensor is no number > 0
   * @throws {UnsupportedError} a tensor's element type, or the `dtype` asked for, is none that can be computed with
   */
  weights(specs: readonly WeightSpec[], options?: WeightOptions): Promise<WeightTable>;
  /**
   * Hash of all names, shapes, small tensors and samples of the large ones as float32: 64 hexadecimal digits, equal on every platform. Computed on the
   * first call. A part that was saved for decoding has that of the whole.
   */
  fingerprint(signal?: AbortSignal): Promise<string>;
}
