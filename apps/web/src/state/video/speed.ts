import { signal } from "@preact/signals";

/** How many times as fast a video is played on the stage. */
export const playSpeed = signal(1);

export function setPlaySpeed(speed: number): void {
  playSpeed.value = speed;
}
