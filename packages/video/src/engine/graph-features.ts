import { isDeviceTensor, type Resident } from "@sam2js/core";
import type { FrameFeatures } from "./video-engine.js";

/** What the image encoder makes of a frame. */
interface EncodedFrame {
  readonly image_embed: Resident<"float32">;
  readonly high_res_1: Resident<"float32">;
  readonly high_res_0: Resident<"float32">;
}

/** What tracking makes of a frame once, for all its objects. */
export interface TrackFeatures {
  readonly track_x: Resident<"float32">;
  readonly mem_feat: Resident<"float32">;
}

/** Features of a frame where the engine left them. */
export class GraphFeatures implements FrameFeatures {
  readonly encoded: EncodedFrame;
  /** Set on the first use. */
  #track: TrackFeatures | undefined;

  constructor(encoded: EncodedFrame) {
    this.encoded = encoded;
  }

  /** The features for tracking, made by `prelude` on the first call. */
  async track(prelude: () => Promise<TrackFeatures>): Promise<TrackFeatures> {
    this.#track ??= await prelude();
    return this.#track;
  }

  async dispose(): Promise<void> {
    const { image_embed, high_res_1, high_res_0 } = this.encoded;
    await release(image_embed, high_res_1, high_res_0, this.#track?.track_x, this.#track?.mem_feat);
  }
}

/** Frees what lies on the device. */
export async function release(...tensors: readonly (Resident | undefined)[]): Promise<void> {
  await Promise.all(tensors.map((tensor) => tensor && isDeviceTensor(tensor) && tensor.dispose()));
}
