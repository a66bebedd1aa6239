import { isRepeated, objectColor } from "../domain/colors.js";
import { everything, type FoundMask, passing, ticked } from "../state/everything.js";
import { maskOf } from "../state/masks.js";
import * as session from "../state/session.js";
import type { MaskChange, StyledMask } from "../workers/painter/paint-request.js";
import type { BorderBook } from "./border-book.js";
import type { FoundLayer } from "./found-layer.js";

/** What the masks are to look like: all of them, or those that "Everything" found since. */
export function maskChange(book: BorderBook, found: FoundLayer, stage: Element): MaskChange {
  const photo = session.photo.value;
  const run = photo && everything.value?.photoId === photo.id ? everything.value : null;
  if (run && !session.isBare.value) {
    const under = [session.doc.value, session.answers.value, session.composed.value];
    const looks = [session.display.value, session.theme.value, ticked.value];
    const added = found.additions(passing.value, [...under, ...looks], run.isRunning);
    if (added) return { isAdded: true, cover: null, masks: added.map((mask) => foundMask(book, mask)) };
  } else found.forget();
  if (!photo || session.isBare.value) return { isAdded: false, cover: null, masks: [] };
  const chosenId = session.objectId.value;
  const chosen = session.chosenIds.value;
  const display = session.display.value;
  const shown = photo.objects
    .filter(({ isVisible }) => isVisible)
    .flatMap((object) => {
      const mask = maskOf(photo, object);
      return mask ? [{ object, mask }] : [];
    })
    .sort(
      (a, b) =>
        Number(a.object.id === chosenId) - Number(b.object.id === chosenId) ||
        b.mask.view.area - a.mask.view.area,
    );
  const masks = shown.map(({ object, mask }) => ({
    mask: book.numberOf(mask.view),
    box: mask.view.box,
    style: {
      color: objectColor(object.number),
      isChosen: chosen.has(object.id) && !run,
      isDashed: isRepeated(object.number),
      isOld: mask.isOld,
      fill: display !== "tint" ? 0 : run ? 0.2 : 0.42,
    },
  }));
  const isCut = display === "cutout" && shown.length > 0;
  const color = isCut ? getComputedStyle(stage).getPropertyValue("--cut-cover") : "";
  return {
    isAdded: false,
    cover: isCut ? { width: photo.width, height: photo.height, color } : null,
    masks: [...masks, ...(run ? passing.value.map((mask) => foundMask(book, mask)) : [])],
  };
}

function foundMask(book: BorderBook, found: FoundMask): StyledMask {
  const isTicked = ticked.value.has(found.id);
  const style = {
    color: objectColor(found.number),
    isChosen: isTicked,
    isDashed: false,
    isOld: false,
    fill: isTicked ? 0.6 : 0.38,
    isPlain: !isTicked,
  };
  return { mask: book.numberOf(found.view), box: found.view.box, style };
}
