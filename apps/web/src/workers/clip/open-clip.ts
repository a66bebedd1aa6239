import { openAnimationClip } from "./animation-clip.js";
import type { Clip } from "./clip.js";
import { openMediaClip } from "./media-clip.js";

/**
 * Opens a video or an animation.
 *
 * @throws {VideoError} it cannot be read  @throws {CodecError} this browser does not decode it
 */
export function openClip(blob: Blob, name: string): Promise<Clip> {
  return blob.type.startsWith("image/") ? openAnimationClip(blob, name) : openMediaClip(blob, name);
}
