import { batch, effect } from "@preact/signals";
import { fill, words } from "../words/words.js";
import * as session from "./session.js";

/** Chooses one more object of the photo, or one less. */
export function pick(id: string): void {
  const ids = new Set(session.chosenIds.value);
  if (!ids.delete(id)) ids.add(id);
  choose([...ids]);
  session.announcement.value = fill(words().objects.chosen, { count: ids.size });
}

/** Chooses all objects of the list from the chosen one to this. */
export function pickTo(id: string): void {
  const ids = session.photo.value?.objects.map((each) => each.id) ?? [];
  const one = session.objectId.value ?? id;
  const [from, to] = [ids.indexOf(one), ids.indexOf(id)];
  const range = ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  choose([one, ...range.filter((each) => each !== one)]);
  session.announcement.value = fill(words().objects.chosen, { count: range.length });
}

/** Chooses all objects of the photo. */
export function pickAll(): void {
  const ids = session.photo.value?.objects.map(({ id }) => id) ?? [];
  const one = session.objectId.value;
  choose(one ? [one, ...ids.filter((each) => each !== one)] : ids);
  const { allChosen, noneToChoose } = words().done;
  session.say(ids.length > 0 ? fill(allChosen, { count: ids.length }) : noneToChoose);
}

/** @param ids  the first one is the one whose clicks are shown */
export function choose(ids: readonly string[]): void {
  const [one = null, ...others] = ids;
  batch(() => {
    session.objectId.value = one;
    session.pointId.value = null;
    session.picked.value = { with: one, ids: new Set(others) };
  });
}

/** Where another object is chosen, the others of before are not any more. Ends with the returned call. */
export function keepPickedTrue(): () => void {
  return effect(() => {
    const one = session.objectId.value;
    if (session.picked.peek().with !== one) session.picked.value = { with: null, ids: new Set() };
  });
}

/** Taps choose one more, or one less, until this is called again. */
export function togglePicking(): void {
  session.isPicking.value = !session.isPicking.value;
  session.say(session.isPicking.value ? words().done.picking : words().done.refine);
}
