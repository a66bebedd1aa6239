import { computed } from "@preact/signals";
import { askAgain } from "../domain/commands.js";
import { hasPrompts } from "../domain/document.js";
import { answerKey } from "./masks.js";
import { seenAnswer, seenVersion } from "./seen-masks.js";
import * as session from "./session.js";
import { currentTracks } from "./video/tracks.js";

/** Objects on screen whose masks another model made than the one that is there now. Nothing changes them but {@link takeAgain}. */
export const othersMasks = computed<readonly string[]>(() => {
  const photo = session.photo.value;
  const model = session.model.value;
  void seenVersion.value;
  if (!photo || !model) return [];
  const by = (id: string) => {
    const object = photo.objects.find((each) => each.id === id);
    if (photo.video) return currentTracks.value.get(id)?.by;
    return object && hasPrompts(object) ? seenAnswer(answerKey(photo, object))?.by : undefined;
  };
  return photo.objects
    .filter(({ id, isLocked }) => !isLocked && isOther(by(id), model.name))
    .map(({ id }) => id);
});

/** Asks the model that is there for masks that another one made: of the chosen object where it is one of them, else of all. One step of undo. */
export function takeAgain(): void {
  const photo = session.photo.value;
  const asked = askedAgain();
  if (!photo || asked.length === 0) return;
  session.dispatch(askAgain(photo.id, new Set(asked)));
  session.endStep();
}

/** Whom {@link takeAgain} would ask for. */
export function askedAgain(): readonly string[] {
  const chosen = session.objectId.value;
  return chosen !== null && othersMasks.value.includes(chosen) ? [chosen] : othersMasks.value;
}

/** A draft is the same model. */
function isOther(by: string | undefined, name: string): boolean {
  return by !== undefined && by !== "" && by.replace(/@\d+$/, "") !== name;
}
