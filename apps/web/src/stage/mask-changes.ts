import { objectColor } from "../domain/colors.js";
import type { FoundMask } from "../state/everything.js";
import type { MaskChange, StyledMask } from "../workers/painter/paint-request.js";
import type { BorderBook } from "./border-book.js";
import type { FoundLayer } from "./found-layer.js";
import type { MaskScene, SceneMask } from "./mask-scene.js";

/** What the painter is told of the masks: all of them, or those that "Everything" found since. */
export function maskChange(
  { objects, found, cover }: MaskScene,
  book: BorderBook,
  layer: FoundLayer,
  stage: Element,
): MaskChange {
  const ofFound = (mask: FoundMask) => styled(book, foundMask(mask, found?.ticked.has(mask.id) ?? false));
  if (found) {
    const under = [objects, cover, found.ticked];
    const added = layer.additions(found.masks, under, found.isRunning);
    if (added) return { isAdded: true, cover: null, masks: added.map(ofFound) };
  } else layer.forget();
  const masks = objects.map((mask) => styled(book, mask));
  return {
    isAdded: false,
    cover: cover && {
      width: cover.width,
      height: cover.height,
      color: getComputedStyle(stage).getPropertyValue("--cut-cover"),
    },
    masks: [...masks, ...(found?.masks.map(ofFound) ?? [])],
  };
}

function styled(book: BorderBook, { view, style }: SceneMask): StyledMask {
  return { mask: book.numberOf(view), box: view.box, style };
}

function foundMask({ number, view }: FoundMask, isTicked: boolean): SceneMask {
  const style = {
    color: objectColor(number),
    isChosen: isTicked,
    isDashed: false,
    isOld: false,
    fill: isTicked ? 0.6 : 0.38,
    isPlain: !isTicked,
  };
  return { view, style };
}
