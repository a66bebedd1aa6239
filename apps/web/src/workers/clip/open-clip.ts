import { openAnimationClip } from "./animation-clip.js";
import type { Clip } from "./clip.js";
import { openMediaClip } from "./media-clip.js";
import { watchedClip } from "./watched-clip.js";

/**
 * Opens a video or an animation.
 *
 * @throws {VideoError} it cannot be read  @throws {CodecError} this browser does not decode it
 * @throws {StalledVideoError} reading it makes no progress, now or at a frame
 */
export function openClip(blob: Blob, name: string): Promise<Clip> {
  return watchedClip(name, (alive) =>
    blob.type.startsWith("image/") ? openAnimationClip(blob, name) : openMediaClip(blob, name, alive),
  );
}
