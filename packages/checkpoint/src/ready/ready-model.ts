import {
  CheckpointError,
  checkOptions,
  type Dtype,
  type ModelFile,
  NotFoundError,
  type SessionDescription,
} from "@sam2js/core";
import { checkFiles } from "../arguments/check-files.js";
import type { ModelFiles } from "../files/model-files.js";
import type { OnnxFile, OnnxValue } from "./read-onnx.js";
import { type ReadyGraph, readReadyGraph } from "./ready-graph.js";

/** An image model as two ONNX files of other origin, which engines run as they are. */
export interface ReadyModel {
  /** `"two-file"`: as annotation tools load them. `"transformers.js"`: as it loads them, with a `config.json`. */
  readonly layout: "two-file" | "transformers.js";
  /** Takes pixels [1, 3, S, S]; gives [1, c₀, 4h, 4w], [1, c₁, 2h, 2w], [1, C, h, w] in this order. */
  readonly encoder: SessionDescription;
  /** Takes those and prompts; gives masks, their scores, and, where it has them, object scores, in this order. */
  readonly decoder: SessionDescription;
  /** Of both files, equal on every platform. */
  readonly fingerprint: string;
  /** Of both files with their weights. */
  readonly sizeBytes: number;
  /** S, where the encoder says it. */
  readonly imageSize: number | undefined;
}

/** How graphs of transformers.js are called by type. */
const SUFFIXES: Readonly<Record<Dtype, string>> = { fp32: "", fp16: "_fp16", q8: "_quantized" };
const LEVELS = ["high_res_feats_0", "high_res_feats_1", "image_embed"];

/**
 * Finds the ONNX files of an image model: `onnx/vision_encoder.onnx` and `onnx/prompt_encoder_mask_decoder.onnx`, or `encoder.onnx` and
 * `decoder.onnx`; of a folder that can be listed, any two files that are called so.
 *
 * @param options  `dtype`: which of the graphs for transformers.js; two files are as they are
 * @returns undefined where there are none
 * @throws {CheckpointError} a file is damaged, or is none of SAM 2's
 * @throws {NotFoundError} one is there without the other
 */
export async function findReadyModel(
  files: ModelFiles,
  options: { dtype?: Dtype | undefined; signal?: AbortSignal | undefined } = {},
): Promise<ReadyModel | undefined> {
  checkOptions(options, ["dtype", "signal"], "findReadyModel options");
  checkFiles(files);
  const { dtype = "fp32", signal } = options;
  return (await findForTransformers(files, dtype, signal)) ?? findTwoFiles(files, dtype, signal);
}

async function findForTransformers(files: ModelFiles, dtype: Dtype, signal: AbortSignal | undefined) {
  const pathOf = (name: string, type: Dtype) => `onnx/${name}${SUFFIXES[type]}.onnx`;
  const [encoderPath, decoderPath] = [
    pathOf("vision_encoder", dtype),
    pathOf("prompt_encoder_mask_decoder", dtype),
  ];
  const encoderFile = await files.file(encoderPath);
  if (!encoderFile) {
    const others = (Object.keys(SUFFIXES) as Dtype[]).filter((other) => other !== dtype);
    for (const other of others) {
      if (!(await files.file(pathOf("vision_encoder", other)))) continue;
      throw NotFoundError.expected(
        files.name,
        encoderPath,
        pathOf("vision_encoder", other),
        `use dtype ${other}`,
      );
    }
    return undefined;
  }
  const decoderFile = await partner(files, decoderPath, encoderPath);
  const levels = [0, 1, 2].map((level) => `image_embeddings.${level}`);
  return join(
    "transformers.js",
    await readReadyGraph(files, encoderPath, encoderFile, pick(levels), signal),
    await readReadyGraph(
      files,
      decoderPath,
      decoderFile,
      pick(["pred_masks", "iou_scores"], ["object_score_logits"]),
      signal,
    ),
  );
}

async function findTwoFiles(files: ModelFiles, dtype: Dtype, signal: AbortSignal | undefined) {
  const [encoderPath, decoderPath] = await namesOfTwo(files);
  const encoderFile = await files.file(encoderPath);
  if (!encoderFile) return undefined;
  const decoderFile = await partner(files, decoderPath, encoderPath);
  if (dtype !== "fp32") {
    throw CheckpointError.expected(
      files.name,
      "dtype fp32, as which ready-made files run whatever they hold",
      dtype,
      "leave dtype out, or give the checkpoint",
    );
  }
  const encoder = await readReadyGraph(files, encoderPath, encoderFile, pick(LEVELS), signal);
  return join("two-file", encoder, await readReadyGraph(files, decoderPath, decoderFile, masksOfTwo, signal));
}

/** `sam2_hiera_tiny.encoder.onnx` and the like, where the folder can be listed. */
async function namesOfTwo(files: ModelFiles): Promise<[string, string]> {
  const names = ((await files.list?.()) ?? []).filter((name) => /^[^/]+\.onnx$/.test(name));
  const encoders = names.filter((name) => /encoder/i.test(name) && !/decoder/i.test(name));
  const decoders = names.filter((name) => /decoder/i.test(name));
  if (names.includes("encoder.onnx") || encoders.length + decoders.length === 0)
    return ["encoder.onnx", "decoder.onnx"];
  const [encoder, decoder] = [encoders[0], decoders[0]];
  if (encoders.length === 1 && decoders.length === 1 && encoder && decoder) return [encoder, decoder];
  throw CheckpointError.expected(
    files.name,
    "one encoder and one decoder",
    [...encoders, ...decoders].join(", "),
    "put each model in a folder of its own",
  );
}

async function partner(files: ModelFiles, path: string, other: string): Promise<ModelFile> {
  const file = await files.file(path);
  if (file) return file;
  throw NotFoundError.expected(files.name, `${path} beside ${other}`, "no such file", "get that file too");
}

function join(layout: ReadyModel["layout"], encoder: ReadyGraph, decoder: ReadyGraph): ReadyModel {
  const [, , height, width] = encoder.description.inputs[0]?.dims ?? [];
  return {
    layout,
    encoder: encoder.description,
    decoder: decoder.description,
    fingerprint: `${encoder.fingerprint.slice(0, 32)}${decoder.fingerprint.slice(0, 32)}`,
    sizeBytes: encoder.sizeBytes + decoder.sizeBytes,
    imageSize: typeof height === "number" && height === width ? height : undefined,
  };
}

/** Masks at a quarter of the input's size: some decoders enlarge what they call `masks`, and have these beside them. */
function masksOfTwo(found: OnnxFile, name: string): readonly OnnxValue[] {
  const low = found.outputs.some((value) => value.name === "low_res_masks") ? "low_res_masks" : "masks";
  return pick([low, "iou_predictions"])(found, name);
}

function pick(names: readonly string[], optional: readonly string[] = []) {
  return ({ outputs }: OnnxFile, file: string): readonly OnnxValue[] => {
    const find = (name: string) => outputs.find((value) => value.name === name);
    const found = names.flatMap((name) => find(name) ?? []);
    if (found.length === names.length) return [...found, ...optional.flatMap((name) => find(name) ?? [])];
    throw CheckpointError.expected(
      file,
      `outputs ${names.join(", ")}`,
      outputs.map(({ name }) => name).join(", ") || "none",
      "take files that `sam2 export` or samexporter wrote",
    );
  };
}
