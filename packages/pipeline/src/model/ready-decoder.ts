import { type ReadyModel, refuseReady } from "@sam2js/checkpoint";
import {
  CheckpointError,
  elementCount,
  type ImageModelConfig,
  InputError,
  isDeviceTensor,
  type RuntimeCapabilities,
  raceAbort,
  type SessionCache,
  ShapeError,
  Tensor,
  type TensorLike,
  type ValueInfo,
} from "@sam2js/core";
import { type ImageState, joinRows, type PromptRows } from "@sam2js/embeddings";
import { embeddingsToReference } from "@sam2js/graph";
import type {
  DecodedPrompts,
  DecodeOptions,
  PointDecodeOptions,
  PromptDecoder,
  ScoredMasks,
} from "./mask-decoder.js";
import { pointRows } from "./point-rows.js";
import { inputTensor, outputTensors } from "./ready-tensors.js";

/** Names of inputs that hold the levels of an image, finest first. */
const LEVELS = [
  ["high_res_feats_0", "image_embeddings.0"],
  ["high_res_feats_1", "image_embeddings.1"],
  ["image_embed", "image_embeddings.2", "image_embeddings"],
];
const PROMPTS = ["point_coords", "point_labels", "mask_input", "has_mask_input", "orig_im_size"];
const TRANSFORMERS_PROMPTS = ["input_points", "input_labels", "input_boxes"];

/** Prompts of a run. */
interface Run {
  readonly rows: PromptRows;
  readonly begin: number;
  /** Of the prompts that are asked for; the run has `size`, as the graph wants them. */
  readonly count: number;
  readonly size: number;
  readonly masks: DecodeOptions["masks"];
}

/**
 * The mask decoder of ready-made ONNX files. It gives the masks that it was exported with: of several for a clear prompt the one with the best
 * predicted IoU, and one where three are asked for and it has but one.
 */
export class ReadyDecoder implements PromptDecoder {
  readonly #ready: ReadyModel;
  readonly #name: string;
  readonly #config: ImageModelConfig;
  readonly #sessions: SessionCache;
  readonly #promptsPerRun: number;

  /** @param name  what messages call the model @throws {CheckpointError} the decoder takes an input that is not known */
  constructor(
    ready: ReadyModel,
    name: string,
    config: ImageModelConfig,
    sessions: SessionCache,
    { promptsPerRun }: RuntimeCapabilities,
  ) {
    const prompts = ready.layout === "two-file" ? PROMPTS : TRANSFORMERS_PROMPTS;
    const known = [...LEVELS.flat(), ...prompts];
    for (const input of ready.decoder.inputs) {
      if (known.includes(input.name)) continue;
      const expected = `a decoder with inputs of ${prompts.join(", ")}`;
      throw CheckpointError.expected(name, expected, input.name, "export the model again");
    }
    this.#ready = ready;
    this.#name = name;
    this.#config = config;
    this.#sessions = sessions;
    const [prompt] = this.#promptAxes("point_coords", "input_labels");
    this.#promptsPerRun = typeof prompt === "number" ? prompt : promptsPerRun;
  }

  get lanes() {
    return { promptsPerRun: this.#promptsPerRun, runs: 1 };
  }

  async warmUp(): Promise<void> {
    await this.#session();
  }

  async rehearse(): Promise<void> {}

  prepare(): void {}

  /** @throws {UnsupportedError} what the graph has no input or output for */
  async decode(image: ImageState, rows: PromptRows, options: DecodeOptions): Promise<DecodedPrompts> {
    const { signal, attentions, multimask, masks, targetEmbedding, attentionSimilarity } = options;
    if (attentions || targetEmbedding || attentionSimilarity)
      refuseReady(this.#name, "attention weights and PerSAM's inputs");
    if (masks && !this.#input("mask_input")) refuseReady(this.#name, "an input of masks");
    const session = await raceAbort(this.#session(), signal);
    const levels = await this.#levels(image);
    const slices: Tensor<"float32">[][] = [];
    for (let begin = 0; begin < rows.count; begin += this.#promptsPerRun) {
      signal?.throwIfAborted();
      const count = Math.min(rows.count - begin, this.#promptsPerRun);
      const [fixed] = this.#promptAxes("point_coords", "input_labels");
      const size = typeof fixed === "number" ? fixed : count;
      const run = { rows, begin, count, size, masks };
      const result = await session.run({ ...levels, ...this.#prompts(run) }, { signal });
      slices.push(this.#chosen(outputTensors(this.#ready.decoder, result), run, multimask));
    }
    const [predMasks, iouScores, objectScoreLogits] = joinRows(slices) as Tensor<"float32">[] & { length: 3 };
    return { predMasks, iouScores, objectScoreLogits, attentions: [] } as DecodedPrompts;
  }

  async decodeAbove(
    image: ImageState,
    points: Float32Array,
    { predIouThresh, signal }: PointDecodeOptions,
  ): Promise<ScoredMasks> {
    const decoded = await this.decode(image, pointRows(points), { multimask: true, signal });
    const { iouScores, predMasks } = decoded;
    const kept = [...iouScores.data.keys()].filter((i) => (iouScores.data[i] as number) > predIouThresh);
    const pixels = predMasks.data.length / iouScores.data.length;
    const masks = new Float32Array(kept.length * pixels);
    for (const [i, at] of kept.entries())
      masks.set(predMasks.data.subarray(at * pixels, (at + 1) * pixels), i * pixels);
    return { iouScores: iouScores.data, kept: Int32Array.from(kept), masks };
  }

  /** The embeddings in the layout of the reference, made once for an image. */
  async #levels({ tensors, ...state }: ImageState) {
    const side = this.#config.embeddingSize;
    const read = (tensor: (typeof tensors)["imageEmbed"]) =>
      isDeviceTensor(tensor) ? tensor.read() : tensor;
    const levels: readonly TensorLike<"float32">[] =
      (await state.reference) ??
      embeddingsToReference(
        [
          {
            imageEmbed: await read(tensors.imageEmbed),
            highRes1: await read(tensors.highRes1),
            highRes0: await read(tensors.highRes0),
          },
        ],
        [side, side],
      );
    const entries = LEVELS.map((names, level) => {
      const input = names.flatMap((name) => this.#input(name) ?? [])[0];
      const { data, dims } = levels[level] as TensorLike<"float32">;
      if (input) return [input.name, inputTensor(input, data, dims)];
      throw CheckpointError.expected(this.#name, `a decoder with the input ${names[0]}`, "none");
    });
    return Object.fromEntries(entries) as Record<string, Tensor>;
  }

  /** The inputs of a run beside the embeddings. The last token of each prompt is added by the graph. */
  #prompts(run: Run): Record<string, Tensor> {
    const { rows, begin, count, size, masks } = run;
    const own = rows.tokens - 1;
    const [, fixed] = this.#promptAxes("point_coords", "input_labels");
    const length = typeof fixed === "number" ? fixed : own;
    if (own > length)
      throw InputError.expected(this.#name, `at most ${length} points in a prompt`, own, "give fewer");
    const points = new Float32Array(size * length * 2);
    const labels = new Int32Array(size * length).fill(-1);
    for (let row = 0; row < count; row++) {
      const from = (begin + row) * rows.tokens;
      points.set(rows.points.subarray(2 * from, 2 * (from + own)), 2 * row * length);
      labels.set(rows.labels.subarray(from, from + own), row * length);
    }
    const [height, width] = this.#config.maskSize;
    const given = masks && new Float32Array(size * height * width);
    if (masks) given?.set(masks.data.subarray(begin * height * width, (begin + count) * height * width));
    const first = (name: string) => {
      const free = this.#input(name)?.dims[0];
      return typeof free === "number" ? free : size;
    };
    const maskCount = given ? size : first("mask_input");
    const values: Record<string, [ArrayLike<number>, readonly number[]]> = {
      point_coords: [points, [size, length, 2]],
      point_labels: [labels, [size, length]],
      mask_input: [given ?? new Float32Array(maskCount * height * width), [maskCount, 1, height, width]],
      has_mask_input: [[masks ? 1 : 0], [1]],
      orig_im_size: [[height, width], [2]],
      input_points: [points, [1, size, length, 2]],
      input_labels: [labels, [1, size, length]],
      input_boxes: [[], [1, 0, 4]],
    };
    const wanted = this.#ready.decoder.inputs.flatMap((input) => {
      const [data, dims] = values[input.name] ?? [];
      return data && dims ? [[input.name, inputTensor(input, data, dims)] as const] : [];
    });
    return Object.fromEntries(wanted);
  }

  /** Masks [P, M, h, w], scores [P, M] and object scores [P, 1] of a run, M as it is wanted. */
  #chosen(
    [masks, scores, objects]: readonly TensorLike<"float32">[],
    { count, size }: Run,
    multimask: boolean,
  ): Tensor<"float32">[] {
    const [height, width] = this.#config.maskSize;
    const found = (scores as TensorLike).data.length / size;
    const { data, dims } = masks as TensorLike<"float32">;
    if (elementCount(dims) !== size * found * height * width || dims.at(-1) !== width) {
      const expected = `masks of [${size}, ${found}, ${height}, ${width}]`;
      throw ShapeError.expected(this.#name, expected, dims, "export the decoder for masks of this size");
    }
    const pixels = height * width;
    const all = (scores as TensorLike<"float32">).data;
    const picked = Array.from({ length: count }, (_, row) => {
      const own = Array.from({ length: found }, (_, i) => row * found + i);
      if (found === 1) return own;
      const several = found === 4 ? own.slice(1) : own; // the first of four is the one for a clear prompt
      if (multimask) return several;
      if (found === 4) return own.slice(0, 1);
      return [own.reduce((best, i) => ((all[i] as number) > (all[best] as number) ? i : best))];
    });
    const each = picked[0]?.length ?? 0;
    const flat = picked.flat();
    const kept = new Float32Array(flat.length * pixels);
    for (const [i, from] of flat.entries())
      kept.set(data.subarray(from * pixels, (from + 1) * pixels), i * pixels);
    // A graph that does not say whether the object is there takes it to be.
    const present = objects?.data.slice(0, count) ?? new Float32Array(count).fill(Number.POSITIVE_INFINITY);
    return [
      new Tensor("float32", kept, [count, each, height, width]),
      new Tensor(
        "float32",
        Float32Array.from(flat, (i) => all[i] as number),
        [count, each],
      ),
      new Tensor("float32", present, [count, 1]),
    ];
  }

  /** The axes of prompts and of points: numbers where the graph has them fixed. */
  #promptAxes(...names: readonly string[]): readonly (number | string | undefined)[] {
    const { name, dims = [] } = names.flatMap((each) => this.#input(each) ?? [])[0] ?? {};
    return name === "input_labels" ? dims.slice(1) : dims;
  }

  #input(name: string): ValueInfo | undefined {
    return this.#ready.decoder.inputs.find((input) => input.name === name);
  }

  #session() {
    return this.#sessions.get("decoder", () => this.#ready.decoder);
  }
}
