import { signal } from "@preact/signals";
import { frameOf, parsePlace } from "../../domain/place-in-time.js";
import { fill, words } from "../../words/words.js";
import * as session from "../session.js";
import { playhead, scrub } from "./playback.js";
import { video } from "./tracks.js";

/** The field for a frame's number or a time is open. */
export const isGoingTo = signal(false);

export function openGoTo(): void {
  if (video.value?.video.kind === "file") isGoingTo.value = true;
}

export function closeGoTo(): void {
  isGoingTo.value = false;
}

/** Shows the frame of a number (`#120`) or a time (`1:23.4`). @returns false where the text is neither */
export function goTo(text: string): boolean {
  const shown = video.value;
  const place = parsePlace(text);
  const says = words().timeline;
  if (!shown || !place) {
    session.announcement.value = says.goToWrong;
    return false;
  }
  scrub(frameOf(place, shown.video.times));
  session.announcement.value = fill(says.frameNumber, { frame: playhead.value + 1 });
  return true;
}
