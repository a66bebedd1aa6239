import {
  checkOptions,
  type Dtype,
  describeValue,
  isJsonObject,
  NotFoundError,
  raceAbort,
  throwIfAborted,
  UnsupportedError,
  type WeightSpec,
  type WeightTable,
  type WorkOptions,
} from "@sam2js/core";
import { checkFiles } from "./arguments/check-files.js";
import type { Checkpoint, TensorRecord, WeightOptions } from "./checkpoint.js";
import type { ModelFiles } from "./files/model-files.js";
import { readTensors } from "./safetensors/read-tensors.js";
import { wholeFingerprint } from "./save/decoder-file.js";
import { convertWeights } from "./weights/convert-weights.js";
import { fingerprint } from "./weights/fingerprint.js";
import { planWeights } from "./weights/plan-weights.js";
import { describeUnknown, resolveSpecs } from "./weights/resolve-specs.js";
import { CheckpointWeights } from "./weights/weight-table.js";

/**
 * Reads the config and the headers of a model's weights: safetensors, single or sharded, or a `.pt` file in Meta's layout.
 *
 * @throws {NotFoundError} there is no `config.json` or no file of weights
 * @throws {ConfigError} `config.json` is no JSON
 * @throws {CheckpointError} a header is damaged or lies
 */
export async function loadCheckpoint(files: ModelFiles, options: WorkOptions = {}): Promise<Checkpoint> {
  checkOptions(options, ["signal", "onProgress"], "loadCheckpoint options");
  checkFiles(files);
  throwIfAborted(options.signal);
  const config = await files.json("config.json");
  if (files.pickled !== undefined) return loadPickled(files, files.pickled, config, options);
  if (config === undefined) {
    throw new NotFoundError(
      `${files.name}: expected a config.json, got none; give the folder or repository that holds config.json and model.safetensors, or a .pt file by its own path (owner/name/file.pt on the Hub)`,
      { name: files.name, expected: "config.json", got: undefined, file: "config.json" },
    );
  }
  const { tensors, metadata } = await readTensors(files, options);
  return new LoadedCheckpoint(files, { config, assumed: [], tensors, metadata });
}

async function loadPickled(
  files: ModelFiles,
  pickled: string,
  config: unknown,
  { signal }: WorkOptions,
): Promise<Checkpoint> {
  const file = await raceAbort(files.file(pickled), signal);
  if (!file) throw NotFoundError.expected(files.name, "a file", "none", "check the path");
  const { readPytorch } = await import("./pytorch/read-pytorch.js"); // most pages never need it
  const found = await readPytorch(file, isJsonObject(config) ? config : {}, files.name, signal);
  return new LoadedCheckpoint(files, { ...found, metadata: new Map([["format", "pt"]]) });
}

/** What the files of a checkpoint say. */
type Content = Pick<Checkpoint, "config" | "assumed" | "tensors" | "metadata">;

const WEIGHT_OPTIONS = ["dtype", "appliesTo", "ignore", "onWarning", "signal", "onProgress"];
const DTYPES: readonly Dtype[] = ["fp32", "fp16", "q8"];

class LoadedCheckpoint implements Checkpoint {
  readonly name: string;
  readonly revision: string | undefined;
  readonly config: unknown;
  readonly assumed: readonly string[];
  readonly tensors: ReadonlyMap<string, TensorRecord>;
  readonly metadata: ReadonlyMap<string, string>;
  #fingerprint: string | undefined;

  constructor(files: ModelFiles, { config, assumed, tensors, metadata }: Content) {
    this.name = files.name;
    this.revision = files.revision;
    this.config = config;
    this.assumed = assumed;
    this.tensors = tensors;
    this.metadata = metadata;
    this.#fingerprint = wholeFingerprint(metadata);
  }

  async fingerprint(signal?: AbortSignal): Promise<string> {
    this.#fingerprint ??= await fingerprint(this.tensors, signal);
    return this.#fingerprint;
  }

  async weights(specs: readonly WeightSpec[], options: WeightOptions = {}): Promise<WeightTable> {
    checkOptions(options, WEIGHT_OPTIONS, "weights options");
    const { dtype = "fp32", appliesTo = () => true, ignore = () => false, onWarning, signal } = options;
    if (!DTYPES.includes(dtype)) {
      throw new UnsupportedError(
        `${this.name}: expected a dtype of ${DTYPES.join(", ")}, got ${describeValue(dtype)}; load the model with dtype "fp32"`,
        { name: "dtype", expected: DTYPES, got: dtype },
      );
    }
    throwIfAborted(signal);
    const records = resolveSpecs(this.name, this.tensors, specs);
    const warning = describeUnknown(this.name, this.tensors, specs, ignore);
    if (warning) onWarning?.(warning);
    const plan = planWeights(records, { dtype, appliesTo });
    const converted = await convertWeights(this.name, plan, options);
    const location = plan.convertedLocation;
    const extra = {
      location,
      source: { kind: "bytes", bytes: converted },
      sizeBytes: converted.length,
    } as const;
    const fingerprint = await this.fingerprint(signal);
    const versions = new Set([...this.tensors.values()].map(({ file }) => file.version ?? ""));
    return new CheckpointWeights({
      checkpoint: this.name,
      fingerprint,
      // The count tells a part from its whole, whose fingerprint it has.
      identity: JSON.stringify([fingerprint, this.tensors.size, ...[...versions].sort()]),
      dtype,
      files: converted.length > 0 ? [...plan.files, extra] : plan.files,
      entries: plan.entries,
      records,
    });
  }
}
