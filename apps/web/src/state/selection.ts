import { batch, effect } from "@preact/signals";
import * as session from "./session.js";

/** Chooses one more object of the photo, or one less. */
export function pick(id: string): void {
  const ids = new Set(session.chosenIds.value);
  if (!ids.delete(id)) ids.add(id);
  choose([...ids]);
  session.announcement.value = `${ids.size} chosen`;
}

/** Chooses all objects of the list from the chosen one to this. */
export function pickTo(id: string): void {
  const ids = session.photo.value?.objects.map((each) => each.id) ?? [];
  const one = session.objectId.value ?? id;
  const [from, to] = [ids.indexOf(one), ids.indexOf(id)];
  const range = ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  choose([one, ...range.filter((each) => each !== one)]);
  session.announcement.value = `${range.length} chosen`;
}

/** Chooses all objects of the photo. */
export function pickAll(): void {
  const ids = session.photo.value?.objects.map(({ id }) => id) ?? [];
  const one = session.objectId.value;
  choose(one ? [one, ...ids.filter((each) => each !== one)] : ids);
  session.say(ids.length > 0 ? `All ${ids.length} objects are chosen` : "There is no object to choose");
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
  session.say(session.isPicking.value ? "Choose several: tap objects" : "Clicks refine");
}
