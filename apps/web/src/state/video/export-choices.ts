import { computed, signal } from "@preact/signals";
import type { FrameRange } from "../../domain/plan.js";
import type { SoundPlan } from "../../domain/sound-plan.js";
import type { VideoFormat } from "../../protocol/clip.js";
import { clips } from "./playback.js";
import { allFrames, shownRange } from "./range.js";

/** All frames or a part, as it was chosen; null = a part where there are marks. */
const isWholeWished = signal<boolean | null>(null);

/** Whether all frames are exported, whatever is marked. */
export const isWhole = computed(() => isWholeWished.value ?? shownRange.value === null);

/** What is exported. */
export const exportRange = computed<FrameRange>(() =>
  isWhole.value ? allFrames.value : (shownRange.value ?? allFrames.value),
);

/** How many times as fast a video is written. */
export const exportSpeed = signal(1);
/** A video that is written has the sound, where it can be kept. */
export const keepsSound = signal(true);

export function wishWhole(isWished: boolean): void {
  isWholeWished.value = isWished;
}

export function setExportSpeed(speed: number): void {
  exportSpeed.value = speed;
}

export function keepSound(isKept: boolean): void {
  keepsSound.value = isKept;
}

/** Formats that are videos themselves: they have a speed, and may have sound. */
export function isMovie(format: VideoFormat): boolean {
  return format === "overlay" || format === "cutout";
}

/** What a video that is written would keep of the sound; undefined where that cannot be told. */
export async function soundPlan(videoId: string, format: VideoFormat): Promise<SoundPlan | undefined> {
  // Whatever is wrong is said by the export itself.
  return clips()
    .soundPlan(videoId, format === "cutout")
    .catch(() => undefined);
}
