import { Sam2VideoConfig, Tensor, type TensorLike } from "@sam2js/core";
import type {
  Decoded,
  DecodeRequest,
  FrameFeatures,
  MemoryRequest,
  VideoEngine,
} from "../engine/video-engine.js";
import { VideoTracker } from "../model/video-tracker.js";

const SIDE = 16;
const MASK_SIDE = 4;

/** Of what sessions of the fake engine keep. */
export const FAKE_SIZES = {
  memory: 3,
  memoryChannels: 3,
  hasFloatMemory: false,
  pointer: 2,
  logits: MASK_SIDE ** 2,
} as const;

class FakeFeatures implements FrameFeatures {
  isDisposed = false;
  constructor(readonly value: number) {}
  async dispose(): Promise<void> {
    this.isDisposed = true;
  }
}

/** What the fake engine was asked. */
export interface FakeCall {
  readonly kind: "encode" | "decode" | "memory";
  readonly frame: number;
  readonly request?: DecodeRequest | MemoryRequest;
}

/**
 * A network whose every result depends on every bit of what it is given, so that a wrong memory, row, pointer or time changes all that
 * follows. Frames are tensors that hold their number.
 */
export class FakeEngine implements VideoEngine {
  readonly imageSize = SIDE;
  readonly maskSize = MASK_SIDE;
  readonly recordSizes = FAKE_SIZES;
  readonly calls: FakeCall[] = [];
  readonly features: FakeFeatures[] = [];
  /** Called before each piece of work. */
  onCall: (call: FakeCall) => void | Promise<void> = () => undefined;

  assertUsable(): void {}

  async noObjectPointer(): Promise<Float32Array> {
    return new Float32Array([-1, -1]);
  }

  async encodeFrame(pixelValues: TensorLike): Promise<FrameFeatures> {
    const frame = pixelValues.data[0] as number;
    await this.#note({ kind: "encode", frame });
    const features = new FakeFeatures(frame);
    this.features.push(features);
    return features;
  }

  async decode(features: FrameFeatures, request: DecodeRequest, signal?: AbortSignal): Promise<Decoded> {
    const { value: frame } = use(features);
    await this.#note({ kind: "decode", frame, request });
    signal?.throwIfAborted();
    const { conditioning, points, labels, multimask, earlierLogits } = request;
    const numbers = [frame, ...points, ...labels, multimask ? 1 : 0, ...(earlierLogits ?? [])];
    if (conditioning.kind === "memory") {
      const { memories, rows, pointers, times } = conditioning.recall;
      // Their order means nothing to the network, so it must mean nothing here.
      const parts = [
        ...memories.map((memory, i) => hash([rows[i] as number, ...memory])),
        ...pointers.map((pointer, i) => hash([times[i] as number, ...pointer])),
      ];
      numbers.push(...parts.sort((a, b) => a - b));
    } else if (conditioning.kind === "mask") numbers.push(...conditioning.mask);
    const seed = hash(numbers);
    const logits = Float32Array.from({ length: MASK_SIDE ** 2 }, (_, i) => (hash([seed, i]) % 17) - 8);
    return { logits, score: 1 + (seed % 5), pointer: new Float32Array([seed % 1000, seed % 77]) };
  }

  async encodeMemory(features: FrameFeatures, request: MemoryRequest): Promise<Uint16Array> {
    const { value: frame } = use(features);
    await this.#note({ kind: "memory", frame, request });
    const { source, score } = request;
    const seed = hash([
      frame,
      score,
      ...(source.kind === "logits" ? [source.isHard ? 1 : 0, ...source.logits] : source.mask),
    ]);
    return new Uint16Array([seed % 128, seed % 101, seed % 67]);
  }

  async #note(call: FakeCall): Promise<void> {
    this.calls.push(call);
    await this.onCall(call);
  }
}

/** A model that needs no checkpoint. */
export function fakeModel(overrides: Parameters<Sam2VideoConfig["with"]>[0] = {}) {
  const engine = new FakeEngine();
  const config = Sam2VideoConfig.defaults().with(overrides);
  const model = new VideoTracker({ name: "fake", fingerprint: "f".repeat(64), config, engine });
  return { model, engine };
}

/** A frame that the fake engine can tell from others. */
export function fakeFrame(index: number): TensorLike {
  return new Tensor("float32", new Float32Array(3 * SIDE * SIDE).fill(index), [3, SIDE, SIDE]);
}

/** A video of such frames; each is counted when it is read. */
export function fakeVideo(length: number, { knowsLength = true } = {}) {
  const reads: number[] = [];
  return {
    reads,
    ...(knowsLength && { length }),
    size: [SIDE, SIDE] as const,
    get(index: number) {
      reads.push(index);
      return index < length ? fakeFrame(index) : undefined;
    },
  };
}

function use(features: FrameFeatures): FakeFeatures {
  if (!(features instanceof FakeFeatures) || features.isDisposed) throw new TypeError("features are gone");
  return features;
}

/** FNV-1a over float64 values. */
function hash(numbers: Iterable<number>): number {
  let state = 0x811c9dc5;
  const bytes = new Uint8Array(new Float64Array(1).buffer);
  const float = new Float64Array(bytes.buffer);
  for (const number of numbers) {
    float[0] = number;
    for (const byte of bytes) state = Math.imul(state ^ byte, 0x01000193);
  }
  return state >>> 0;
}
