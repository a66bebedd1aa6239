import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** A small checkpoint of Meta's own model, and what the reference and Meta's model make of it. See `python/make_meta_checkpoint.py`. */
export interface MetaCheckpoint {
  /** The file as `torch.save` wrote it, `{"model": state_dict}`. */
  readonly file: Uint8Array<ArrayBuffer>;
  /** `config.json` of the reference's model with the same weights. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Shape and SHA-256 of every tensor of the reference's model, by name. */
  readonly tensors: Readonly<Record<string, readonly [readonly number[], string]>>;
  /** What Meta's model answers to one click on {@link metaPixels}. */
  readonly click: {
    /** (x, y) in pixels of the model's input. */
    readonly point: readonly [number, number];
    /** Logits of 3 masks of [16, 16]. */
    readonly low_res_masks: readonly number[];
    readonly iou_scores: readonly number[];
    /** Logit. */
    readonly object_score: number;
  };
}

/** Reads the committed checkpoint. */
export function loadMeta(): MetaCheckpoint {
  const read = (name: string) => readFileSync(new URL(`../meta/${name}`, import.meta.url));
  const { tensors, click } = JSON.parse(read("expected.json").toString());
  const file = Uint8Array.from(gunzipSync(read("weights.pt.gz")));
  return { file, config: JSON.parse(read("config.json").toString()), tensors, click };
}

/** The picture that {@link MetaCheckpoint.click} was made with: float32 [1, 3, 64, 64]. */
export function metaPixels(): Float32Array {
  const side = 64;
  return Float32Array.from({ length: 3 * side * side }, (_, i) => {
    const [channel, y, x] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
    return Math.sin(0.1 * x * (channel + 1) + 0.07 * y);
  });
}
