import { isDeviceTensor, type SessionOutputs } from "@sam2js/core";
import type { FrameFeatures, Resident } from "./video-engine.js";

/** What tracking makes of a frame once, for all its objects. */
export interface TrackFeatures {
  readonly trackX: Resident;
  readonly memFeat: Resident;
}

/** Features of a frame where the engine left them. */
export class GraphFeatures implements FrameFeatures {
  readonly imageEmbed: Resident;
  readonly highRes1: Resident;
  readonly highRes0: Resident;
  /** Set on the first use. */
  #track: TrackFeatures | undefined;

  constructor(outputs: SessionOutputs) {
    this.imageEmbed = outputs.image_embed as Resident;
    this.highRes1 = outputs.high_res_1 as Resident;
    this.highRes0 = outputs.high_res_0 as Resident;
  }

  /** The features for tracking, made by `prelude` on the first call. */
  async track(prelude: () => Promise<SessionOutputs>): Promise<TrackFeatures> {
    if (!this.#track) {
      const outputs = await prelude();
      this.#track = { trackX: outputs.track_x as Resident, memFeat: outputs.mem_feat as Resident };
    }
    return this.#track;
  }

  async dispose(): Promise<void> {
    const { imageEmbed, highRes1, highRes0 } = this;
    await release(imageEmbed, highRes1, highRes0, ...Object.values(this.#track ?? {}));
  }
}

/** Frees what lies on the device. */
export async function release(...tensors: readonly (Resident | undefined)[]): Promise<void> {
  await Promise.all(tensors.map((tensor) => tensor && isDeviceTensor(tensor) && tensor.dispose()));
}
