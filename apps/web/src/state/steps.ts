import { batch } from "@preact/signals";
import { type History, redo, undo } from "../domain/history.js";
import type { StepLabel } from "../domain/step-label.js";
import { fill, words } from "../words/words.js";
import { doc, history, refusesReader, steps } from "./document.js";
import { photoId, showPhoto } from "./shown.js";
import { say } from "./telling.js";

export function undoStep(): void {
  const { undo: label } = steps.value;
  if (label && !refusesReader())
    stepTo(undo(history.value), fill(words().done.undone, { step: stepText(label) }));
}

export function redoStep(): void {
  const { redo: label } = steps.value;
  if (label && !refusesReader())
    stepTo(redo(history.value), fill(words().done.redone, { step: stepText(label) }));
}

/** What a step did, in words. */
export function stepText(label: StepLabel): string {
  const { step, name = "", count = 0 } = typeof label === "string" ? { step: label } : label;
  return fill(words().step[step], { name, count });
}

/** A step is seen: the photo that it changes is shown. */
function stepTo(next: History, what: string): void {
  batch(() => {
    const before = new Set(doc.value.photos);
    history.value = next;
    const changed = doc.value.photos.filter((each) => !before.has(each));
    const [first] = changed;
    if (first && !changed.some(({ id }) => id === photoId.value)) showPhoto(first.id);
    say(
      first && doc.value.photos.length > 1 ? fill(words().done.onPhoto, { what, photo: first.name }) : what,
    );
  });
}
