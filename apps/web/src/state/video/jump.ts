import { doubtfulFrames } from "../../domain/lanes.js";
import { objectId } from "../session.js";
import { playhead, scrub } from "./playback.js";
import { currentTracks } from "./tracks.js";

type KeyInput = Pick<KeyboardEvent, "key" | "code" | "shiftKey">;

/** Other keyboards have other signs where brackets are. */
const BY_PLACE: Readonly<Record<string, string>> = {
  BracketLeft: "[",
  BracketRight: "]",
  "BracketLeft Shift": "{",
  "BracketRight Shift": "}",
};

/** Goes to the prompt before or after by `[` and `]`, to what is worth a look by `{` and `}`. Returns whether the key is one of them. */
export function jump({ key: sign, code, shiftKey }: KeyInput): boolean {
  const key = "[]{}".includes(sign) ? sign : BY_PLACE[`${code}${shiftKey ? " Shift" : ""}`];
  if (!key) return false;
  const isForward = key === "]" || key === "}";
  const isPrompt = key === "[" || key === "]";
  const chosen = objectId.value;
  const frames = [...currentTracks.value]
    .filter(([id]) => !chosen || id === chosen)
    .flatMap(([, track]) => (isPrompt ? Object.keys(track.prompts).map(Number) : doubtfulFrames(track)))
    .sort((a, b) => a - b);
  const next = isForward
    ? frames.find((frame) => frame > playhead.value)
    : frames.findLast((frame) => frame < playhead.value);
  if (next !== undefined) scrub(next);
  return true;
}
