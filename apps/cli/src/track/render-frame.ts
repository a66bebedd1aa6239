import type { RgbImage } from "@sam2js/core";
import { drawOverlay, type Mask, maskColor } from "@sam2js/masks";
import { annotate } from "../draw/annotate.js";
import type { TrackPrompt } from "./parse-track-prompt.js";
import type { Tracks } from "./run-track.js";

/** A frame with its masks, the name of each object that is seen, and the prompts of that frame. */
export function renderFrame(image: RgbImage, frame: number, tracks: Tracks): Promise<RgbImage> {
  const masks = tracks.masks(frame);
  const shown = tracks.objects.flatMap((id, index): Shown[] => {
    const mask = masks.get(id);
    if (!mask) return [];
    const prompt = tracks.prompts.find((each) => each.frame === frame && each.object === id);
    return mask.area > 0 || prompt ? [{ id, index, mask, prompt }] : [];
  });
  const colors = shown.map(({ index }) => maskColor(index));
  const picture = drawOverlay(
    image,
    shown.map(({ mask }) => mask),
    { colors },
  );
  return annotate(
    picture,
    shown.map(({ id, index, mask, prompt }) => ({
      object: { id, points: prompt?.points ?? [], labels: prompt?.labels ?? [], box: prompt?.box },
      mask,
      color: maskColor(index),
      label: id,
    })),
  );
}

interface Shown {
  readonly id: string;
  /** Place of the object among all: it keeps its colour. */
  readonly index: number;
  readonly mask: Mask;
  readonly prompt: TrackPrompt | undefined;
}
