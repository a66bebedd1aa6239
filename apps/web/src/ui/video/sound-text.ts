import type { SoundPlan } from "../../domain/sound-plan.js";
import { fill, words } from "../../words/words.js";

/** What becomes of the sound, in words, before anything is written. */
export function soundText(plan: SoundPlan, speed: number, isKept: boolean): string {
  const text = words().clip;
  if (plan.fate === "none") return text.soundNone;
  const codec = nameOf(plan.codec);
  if (plan.fate === "leftOut") {
    return fill(plan.why === "undecoded" ? text.soundUndecoded : text.soundUnencoded, {
      codec,
      container: plan.container,
    });
  }
  if (speed !== 1) return text.soundSpeed;
  if (!isKept) return text.soundOff;
  return plan.fate === "copied"
    ? fill(text.soundCopied, { codec })
    : fill(text.soundEncoded, { codec, into: nameOf(plan.into) });
}

function nameOf(codec: string): string {
  return (codec.startsWith("pcm") ? "pcm" : codec).toUpperCase();
}
