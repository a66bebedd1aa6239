import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** A small checkpoint of Meta's own model, and what the reference and Meta's model make of it. See `python/make_meta_checkpoint.py`. */
export interface MetaCheckpoint {
  /** The file as `torch.save` wrote it, `{"model": state_dict}`. */
  readonly file: Uint8Array<ArrayBuffer>;
  /** `config.json` of the reference's model with the same weights. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What of it no weight tells. */
  readonly given: typeof GIVEN;
  /** Shape and SHA-256 of every tensor of the reference's model, by name. */
  readonly tensors: Readonly<Record<string, readonly [readonly number[], string]>>;
  /** What Meta's model answers to one click on {@link metaPixels}, with 3 masks. */
  readonly click: MetaAnswer;
  /** The same for a box, with one mask. */
  readonly box: MetaAnswer;
  /** What Meta's mask generator finds in the first of {@link metaFrames} with its `options`, best first; areas in pixels. */
  readonly generation: { readonly scores: readonly number[]; readonly areas: readonly number[] };
  /** What Meta's video predictor makes of {@link metaFrames} after a click on the first. */
  readonly video: {
    /** (x, y) in pixels. */
    readonly point: readonly [number, number];
    readonly frames: readonly Pick<MetaAnswer, "low_res_masks" | "object_score">[];
  };
}

/** Masks and scores of one object. */
export interface MetaAnswer {
  /** Points, or the corners of a box: (x, y) in pixels of the model's input. */
  readonly coordinates: readonly (readonly [number, number])[];
  /** Logits of masks of [16, 16]. */
  readonly low_res_masks: readonly number[];
  readonly iou_scores: readonly number[];
  /** Logit. */
  readonly object_score: number;
}

/** What the weights do not say of their config. */
const GIVEN = {
  image_size: 64,
  vision_config: {
    backbone_config: {
      num_attention_heads_per_stage: [1, 2, 4, 8],
      window_size_per_stage: [8, 4, 2, 2],
      global_attention_blocks: [3],
    },
  },
};

/** Reads the committed checkpoint. */
export function loadMeta(): MetaCheckpoint {
  const read = (name: string) => readFileSync(new URL(`../meta/${name}`, import.meta.url));
  const { tensors, click, box, generation, video } = JSON.parse(read("expected.json").toString());
  const file = Uint8Array.from(gunzipSync(read("weights.pt.gz")));
  const config = JSON.parse(read("config.json").toString());
  return { file, config, given: GIVEN, tensors, click, box, generation, video };
}

const SIDE = 64;

/** The picture that click and box were made with: float32 [1, 3, 64, 64]. */
export function metaPixels(): Float32Array {
  return Float32Array.from({ length: 3 * SIDE * SIDE }, (_, i) => {
    const [channel, y, x] = [Math.floor(i / SIDE ** 2), Math.floor(i / SIDE) % SIDE, i % SIDE];
    return Math.sin(0.1 * x * (channel + 1) + 0.07 * y);
  });
}

/** The ten frames of {@link MetaCheckpoint.video}: RGB of 64 x 64 pixels. */
export function metaFrames(): { data: Uint8Array; width: number; height: number; channels: 3 }[] {
  return Array.from({ length: 10 }, (_, frame) => {
    const data = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => {
      const [channel, x, y] = [i % 3, Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE)];
      return (x + SIDE - 2 * frame) * 7 * (channel + 1) + 3 * y; // modulo 256
    });
    return { data, width: SIDE, height: SIDE, channels: 3 };
  });
}
