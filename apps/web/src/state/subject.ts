import { batch, signal } from "@preact/signals";
import { addObjects } from "../domain/commands.js";
import { fill, words } from "../words/words.js";
import { knowFixed, photoInput } from "./masks.js";
import { report } from "./problems.js";
import * as session from "./session.js";

/** The photo whose main subject is being looked for, by its id. */
export const subjectOf = signal<string | null>(null);

let controller: AbortController | undefined;

/** Makes an object of what the photo is of, without a click. It is one like any other: clicks correct it, one undo takes it back. */
export async function takeSubject(): Promise<void> {
  stopSubject();
  const photo = session.photo.value;
  const input = photo && !photo.video && photoInput(photo);
  if (!photo || !input || !session.model.value || session.refusesReader()) return;
  const own = new AbortController();
  controller = own;
  subjectOf.value = photo.id;
  session.say(words().subject.looking);
  try {
    const found = await session.engine().subject(input, { signal: own.signal });
    if (own.signal.aborted) return;
    if (found) keep(photo.id, found);
    else session.say(words().done.noSubject);
  } catch (error) {
    if (!own.signal.aborted) report(error, words().wrong.subject);
  } finally {
    if (controller === own) stopSubject();
  }
}

/** Ends the search. */
export function stopSubject(): void {
  controller?.abort(new DOMException("stopped", "AbortError"));
  controller = undefined;
  subjectOf.value = null;
}

function keep(
  photoId: string,
  { view, score }: NonNullable<Awaited<ReturnType<ReturnType<typeof session.engine>["subject"]>>>,
): void {
  const fixed = { id: session.newId("mask"), rle: view.rle, score };
  const id = session.newId("object");
  batch(() => {
    knowFixed(photoId, [{ id: fixed.id, view }]);
    const made = { id, fixed, label: session.nextClass.value };
    session.dispatch(addObjects("subject", new Map([[photoId, [made]]])));
    session.endStep();
    if (session.photoId.value !== photoId) return;
    session.objectId.value = id;
    session.say(fill(words().done.subject, { name: session.object.value?.name ?? "" }));
  });
}
