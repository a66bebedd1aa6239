import type { Loaded } from "@sam2js/checkpoint";
import {
  assert,
  EdgeTamVideoConfig,
  type Resident,
  type RuntimeCapabilities,
  raceAbort,
  SessionCache,
  ShapeError,
  Tensor,
  type TensorLike,
  type VideoModelConfig,
  type WeightTable,
} from "@sam2js/core";
import {
  imageEncoderGraph,
  type MemoryGeometry,
  maskEmbeddingGraph,
  memoryAttentionGraph,
  memoryEncoderGraph,
  memoryGeometry,
  trackPreludeGraph,
  videoDecoderGraph,
} from "@sam2js/graph";
import { packBfloat16 } from "../state/bfloat16.js";
import type { MemoryRecall } from "../state/memory-bank.js";
import type { RecordSizes, StoredMemory } from "../state/tracked-object.js";
import { GraphFeatures, release, type TrackFeatures } from "./graph-features.js";
import { MemoryInputs } from "./memory-inputs.js";
import type {
  Conditioning,
  Decoded,
  DecodeRequest,
  FrameFeatures,
  MemoryRequest,
  VideoEngine,
} from "./video-engine.js";

const FRAME_OUTPUTS = ["image_embed", "high_res_1", "high_res_0"] as const;
const TRACK_OUTPUTS = ["track_x", "mem_feat"] as const;

/** How features enter the decoder. */
interface DecoderVariant {
  readonly features: "conditioned" | "embed" | "initial";
  readonly multimask: boolean;
  readonly dense: boolean;
}

/** The network on a runtime: one session per graph, made when first wanted. Features stay on the device. */
export class GraphEngine implements VideoEngine {
  readonly imageSize: number;
  readonly maskSize: number;
  readonly #config: VideoModelConfig;
  readonly #weights: WeightTable;
  readonly #sessions: SessionCache;
  readonly #capabilities: RuntimeCapabilities;
  readonly #memory: MemoryGeometry;
  readonly #memoryInputs: MemoryInputs;
  #noObjectPointer: Promise<Float32Array> | undefined;

  constructor(loaded: Loaded<VideoModelConfig>, capabilities: RuntimeCapabilities) {
    this.#config = loaded.config;
    this.#weights = loaded.weights;
    this.#capabilities = capabilities;
    this.#sessions = new SessionCache(loaded.runtime, `model ${loaded.name}`);
    this.#memory = memoryGeometry(loaded.config);
    this.#memoryInputs = new MemoryInputs(this.#memory);
    this.imageSize = loaded.config.imageSize;
    [this.maskSize] = loaded.config.maskSize;
  }

  /** Of what a session keeps of an object on a frame. */
  get recordSizes(): RecordSizes {
    const { memoryTokens, memoryChannels, channels } = this.#memory;
    return {
      memory: memoryTokens * memoryChannels,
      memoryChannels,
      hasFloatMemory: this.#config instanceof EdgeTamVideoConfig,
      pointer: channels,
      logits: this.maskSize ** 2,
    };
  }

  /** Makes the sessions that a click needs, so that the first does not wait for them. */
  async warmUp(): Promise<void> {
    const initial = { features: "initial", multimask: true, dense: false } as const;
    await Promise.all([this.#encoder(), this.#decoder(initial)]);
  }

  noObjectPointer(): Promise<Float32Array> {
    this.#noObjectPointer ??= this.#weights.read("no_object_pointer");
    return this.#noObjectPointer;
  }

  async encodeFrame(pixelValues: TensorLike, signal: AbortSignal | undefined): Promise<FrameFeatures> {
    const { type, dims, data } = pixelValues;
    const expected = [1, this.#config.visionConfig.numChannels, this.imageSize, this.imageSize];
    if (type !== "float32" || String(dims) !== String(expected)) {
      throw new ShapeError(
        `frame: expected float32 [${expected.join(", ")}] for this model, got ${type} [${dims.join(", ")}]; give model and processor the same imageSize`,
        { name: "frame", expected, got: dims },
      );
    }
    const pixel_values = new Tensor(type, data as Float32Array, dims);
    const session = await raceAbort(this.#encoder(), signal);
    return new GraphFeatures(await session.run({ pixel_values }, { signal, keepOnDevice: FRAME_OUTPUTS }));
  }

  async decode(
    features: FrameFeatures,
    request: DecodeRequest,
    signal: AbortSignal | undefined,
  ): Promise<Decoded> {
    const frame = own(features);
    const { conditioning, multimask, earlierLogits, points, labels } = request;
    const conditioned =
      conditioning.kind === "memory" ? await this.#attend(frame, conditioning.recall, signal) : undefined;
    let dense: Resident<"float32"> | undefined;
    try {
      dense = await this.#dense(conditioning, earlierLogits, signal);
      const variant = { features: FEATURES[conditioning.kind], multimask, dense: dense !== undefined };
      const { image_embed, high_res_1, high_res_0 } = frame.encoded;
      const session = await raceAbort(this.#decoder(variant), signal);
      const { mask, score, pointer } = await session.run(
        {
          ...(conditioned ? { conditioned } : { image_embed }),
          ...(dense && { dense }),
          high_res_1,
          high_res_0,
          points: new Tensor("float32", points, [1, labels.length, 2]),
          labels: new Tensor("int32", labels, [1, labels.length]),
        },
        { signal },
      );
      return { logits: mask.data, score: score.data[0] as number, pointer: pointer.data };
    } finally {
      await release(conditioned, dense);
    }
  }

  async encodeMemory(
    features: FrameFeatures,
    { score, source }: MemoryRequest,
    signal: AbortSignal | undefined,
  ): Promise<StoredMemory> {
    const { mem_feat } = await this.#track(own(features), signal);
    const loading = this.#sessions.get(`memory-encoder ${source.kind}`, () =>
      memoryEncoderGraph(this.#config, this.#weights, { attention: this.#attention, source: source.kind }),
    );
    const given =
      source.kind === "mask"
        ? { mask: plane(source.mask, this.imageSize) }
        : {
            logits: plane(source.logits, this.maskSize),
            clicked: new Tensor("float32", new Float32Array([source.isHard ? 1 : 0]), [1, 1, 1, 1]),
          };
    const session = await raceAbort(loading, signal);
    const inputs = { ...given, mem_feat, score: new Tensor("float32", new Float32Array([score]), [1, 1]) };
    const { data } = (await session.run(inputs, { signal })).memory;
    return this.recordSizes.hasFloatMemory ? data : packBfloat16(data);
  }

  /** @throws {DisposedError} after `dispose()` */
  assertUsable(): void {
    this.#sessions.assertUsable();
  }

  dispose(): Promise<void> {
    return this.#sessions.dispose();
  }

  /** The frame after a look at an object's past; stays on the device, the caller releases it. */
  async #attend(
    frame: GraphFeatures,
    recall: MemoryRecall,
    signal: AbortSignal | undefined,
  ): Promise<Resident<"float32">> {
    const { track_x } = await this.#track(frame, signal);
    const loading = this.#sessions.get("memory-attention", () =>
      memoryAttentionGraph(this.#config, this.#weights, { attention: this.#attention }),
    );
    const session = await raceAbort(loading, signal);
    const { conditioned } = await session.run(
      { track_x, ...this.#memoryInputs.of(recall) },
      { signal, keepOnDevice: ["conditioned"] },
    );
    return conditioned;
  }

  #track(frame: GraphFeatures, signal: AbortSignal | undefined): Promise<TrackFeatures> {
    return frame.track(async () => {
      const loading = this.#sessions.get("track-prelude", () =>
        trackPreludeGraph(this.#config, this.#weights, { attention: this.#attention }),
      );
      const session = await raceAbort(loading, signal);
      const { image_embed } = frame.encoded;
      return session.run({ image_embed }, { signal, keepOnDevice: TRACK_OUTPUTS });
    });
  }

  async #dense(
    conditioning: Conditioning,
    earlierLogits: Float32Array | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Resident<"float32"> | undefined> {
    const given =
      conditioning.kind === "mask"
        ? { mask: plane(conditioning.mask, this.imageSize) }
        : earlierLogits && { logits: plane(earlierLogits, this.maskSize) };
    if (!given) return undefined;
    const source = "mask" in given ? "mask" : "logits";
    const loading = this.#sessions.get(`mask-embedding ${source}`, () =>
      maskEmbeddingGraph(this.#config, this.#weights, { source }),
    );
    const session = await raceAbort(loading, signal);
    return (await session.run(given, { signal, keepOnDevice: ["dense"] })).dense;
  }

  #encoder() {
    return this.#sessions.get("encoder", () =>
      imageEncoderGraph(this.#config, this.#weights, {
        attention: this.#attention,
        noMemoryEmbedding: false,
      }),
    );
  }

  #decoder(variant: DecoderVariant) {
    return this.#sessions.get(`decoder ${JSON.stringify(variant)}`, () =>
      videoDecoderGraph(this.#config, this.#weights, { attention: this.#attention, ...variant }),
    );
  }

  get #attention(): "fused" | "plain" {
    return this.#capabilities.fusedAttention ? "fused" : "plain";
  }
}

const FEATURES = { memory: "conditioned", none: "initial", mask: "embed" } as const;

/** One plane [1, 1, side, side]. */
function plane(data: Float32Array, side: number): Tensor<"float32"> {
  return new Tensor("float32", data, [1, 1, side, side]);
}

function own(features: FrameFeatures): GraphFeatures {
  assert(features instanceof GraphFeatures, "features of another engine");
  return features;
}
