import type { Track } from "../../domain/track.js";
import type { ObjectPrompts } from "../../protocol/video-engine.js";

/** All prompts, as the engine takes them. */
export function promptsOf(tracks: ReadonlyMap<string, Track>): ObjectPrompts[] {
  return [...tracks].map(([id, { prompts }]) => ({
    id,
    prompts: Object.entries(prompts).map(([frame, { points, box, mask }]) => ({
      frame: Number(frame),
      points,
      box,
      mask,
    })),
  }));
}
