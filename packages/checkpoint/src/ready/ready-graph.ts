import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import {
  CheckpointError,
  type ModelFile,
  NotFoundError,
  type PlaceWeights,
  type SessionDescription,
  type TensorType,
  type WeightFile,
  type WeightRange,
} from "@sam2js/core";
import { checkPath } from "../files/check-path.js";
import type { ModelFiles } from "../files/model-files.js";
import { MAX_EXTERNAL_FILES, MAX_ONNX_BYTES } from "../limits.js";
import { type OnnxFile, type OnnxValue, readOnnx } from "./read-onnx.js";

/** How long the samples of a file are that tell it from others, and how many there are. */
const SAMPLE_BYTES = 4096;
const SAMPLES = 64;

/** An ONNX file of other origin that an engine runs as it is. */
export interface ReadyGraph {
  /** Inputs are all that the file takes; outputs those that are wanted, in the order in which they were asked for. */
  readonly description: SessionDescription;
  /** Hash of its size and of samples of it: equal on every platform. */
  readonly fingerprint: string;
  /** Of the file and of those that it refers to. */
  readonly sizeBytes: number;
}

/**
 * Reads an ONNX file of a model, and where its weights lie. They may be in files beside it, and nowhere else.
 *
 * @param path     inside the model
 * @param outputs  picks the outputs that are wanted
 * @throws {CheckpointError} it is damaged, too large, takes or gives what no tensor here holds, or refers to files elsewhere
 * @throws {NotFoundError} a file that it refers to is missing
 */
export async function readReadyGraph(
  files: ModelFiles,
  path: string,
  file: ModelFile,
  outputs: (found: OnnxFile, name: string) => readonly OnnxValue[],
  signal?: AbortSignal,
): Promise<ReadyGraph> {
  const name = `${files.name}/${path}`;
  const read = async () => readOnnx(await wholeFile(file, name, signal), name);
  const found = await read();
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const beside = new Map<string, ModelFile>();
  for (const { location } of found.external) {
    if (beside.has(location)) continue;
    if (beside.size === MAX_EXTERNAL_FILES) {
      throw CheckpointError.expected(
        name,
        `at most ${MAX_EXTERNAL_FILES} files of weights`,
        "more",
        "save them in one",
      );
    }
    beside.set(location, await openBeside(files, name, folder, location));
  }
  const weightFiles = [...beside.values()].map(
    ({ location, source, sizeBytes }): WeightFile => ({ location, source, sizeBytes }),
  );
  const rangesOf = ({ external }: OnnxFile) =>
    external.map(({ location, byteOffset, byteLength }): WeightRange => {
      const other = beside.get(location);
      if (other) return { location: other.location, byteOffset, byteLength };
      throw CheckpointError.expected(name, "the file that was read first", "another", "load the model again");
    });
  const hash = await sampleHash([file, ...beside.values()], signal);
  const versions = [file, ...beside.values()].map(({ version }) => version ?? "");
  return {
    description: {
      name: path.slice(folder.length).replace(/\.onnx$/, ""),
      digest: bytesToHex(sha256(utf8ToBytes(JSON.stringify([hash, versions])))),
      inputs: found.inputs.map((value) => describe(value, name)),
      outputs: outputs(found, name).map((value) => describe(value, name)),
      async build(place?: PlaceWeights) {
        const again = await read();
        const ranges = rangesOf(again);
        const placements = place && ranges.length > 0 ? await place(ranges, weightFiles) : ranges;
        return { model: again.write(placements), weights: weightFiles };
      },
    },
    fingerprint: hash,
    sizeBytes: [file, ...beside.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

async function wholeFile(
  file: ModelFile,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (file.sizeBytes > MAX_ONNX_BYTES) {
    const advice = "export it with external data";
    throw CheckpointError.expected(name, `at most ${MAX_ONNX_BYTES} bytes`, file.sizeBytes, advice);
  }
  return file.read(0, file.sizeBytes, signal);
}

/** A file of weights, which has to lie in the folder of the graph itself. */
async function openBeside(
  files: ModelFiles,
  name: string,
  folder: string,
  location: string,
): Promise<ModelFile> {
  if (location.includes("/")) {
    throw CheckpointError.expected(
      name,
      "weights in the folder of the graph",
      JSON.stringify(location.slice(0, 200)),
      "export the model again with its weights beside it",
    );
  }
  const found = await files.file(`${folder}${checkPath(location, name)}`);
  if (found) return found;
  throw NotFoundError.expected(
    name,
    `its weights in ${folder}${location}`,
    "no such file",
    "get that file too",
  );
}

/** The types of tensors here, by ONNX's number. An engine makes int64 of int32 where a graph wants it. */
const TYPES: Readonly<Record<number, TensorType>> = {
  1: "float32",
  2: "uint8",
  6: "int32",
  7: "int32",
  10: "float16",
};

function describe({ name, type, dims }: OnnxValue, file: string) {
  const known = TYPES[type];
  if (known) return { name, type: known, dims };
  const expected = `${name} of float32, float16, int32, int64 or uint8`;
  throw CheckpointError.expected(file, expected, `type ${type} of ONNX`, "export the model again");
}

async function sampleHash(files: readonly ModelFile[], signal?: AbortSignal): Promise<string> {
  const parts: Uint8Array[] = [];
  for (const file of files) {
    const { sizeBytes } = file;
    parts.push(utf8ToBytes(`${sizeBytes}\n`));
    const last = Math.max(0, sizeBytes - SAMPLE_BYTES);
    for (let i = 0; i < SAMPLES; i++) {
      const begin = Math.floor((i * last) / (SAMPLES - 1));
      parts.push(await file.read(begin, Math.min(sizeBytes, begin + SAMPLE_BYTES), signal));
    }
  }
  return bytesToHex(sha256(concatBytes(...parts)));
}
