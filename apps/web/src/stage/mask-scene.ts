import { computed } from "@preact/signals";
import { isRepeated, objectColor } from "../domain/colors.js";
import type { MaskView } from "../protocol/engine.js";
import { everything, type FoundMask, passing, ticked } from "../state/everything.js";
import { maskOf } from "../state/masks.js";
import * as session from "../state/session.js";
import type { MaskStyle } from "../workers/painter/paint-masks.js";
import { keepSame } from "./same.js";

/** A mask, and what it is to look like. */
export interface SceneMask {
  readonly view: MaskView;
  readonly style: MaskStyle;
}

/** What the masks on the stage are, lowest first. */
export interface MaskScene {
  readonly objects: readonly SceneMask[];
  /** What "Everything" has found so far; null where it does not run here. */
  readonly found: {
    readonly masks: readonly FoundMask[];
    readonly ticked: ReadonlySet<string>;
    readonly isRunning: boolean;
  } | null;
  /** All but the masks is covered, in a colour of the theme. Sides in pixels of the photo. */
  readonly cover: { readonly width: number; readonly height: number; readonly theme: string } | null;
}

const runHere = computed(() => {
  const run = everything.value;
  return run && run.photoId === session.photo.value?.id && !session.isBare.value ? run : null;
});

const hasRun = computed(() => runHere.value !== null);

const keepObjects = keepSame<SceneMask>();
const objects = computed(() => keepObjects(objectMasks()));
const width = computed(() => session.photo.value?.width ?? 0);
const height = computed(() => session.photo.value?.height ?? 0);

/** Masks of the stage as a value: another one whenever something is to be seen otherwise. */
export const maskScene = computed<MaskScene>(() => {
  const run = runHere.value;
  const isCut = session.display.value === "cutout" && objects.value.length > 0;
  return {
    objects: objects.value,
    found: run && { masks: passing.value, ticked: ticked.value, isRunning: run.isRunning },
    cover: isCut ? { width: width.value, height: height.value, theme: session.theme.value } : null,
  };
});

function objectMasks(): SceneMask[] {
  const photo = session.photo.value;
  if (!photo || session.isBare.value) return [];
  const chosenId = session.objectId.value;
  const chosen = session.chosenIds.value;
  const display = session.display.value;
  const isUnder = hasRun.value;
  return photo.objects
    .filter(({ isVisible }) => isVisible)
    .flatMap((object) => {
      const mask = maskOf(photo, object);
      return mask ? [{ object, mask }] : [];
    })
    .sort(
      (a, b) =>
        Number(a.object.id === chosenId) - Number(b.object.id === chosenId) ||
        b.mask.view.area - a.mask.view.area,
    )
    .map(({ object, mask }) => ({
      view: mask.view,
      style: {
        color: objectColor(object.number),
        isChosen: chosen.has(object.id) && !isUnder,
        isDashed: isRepeated(object.number),
        isOld: mask.isOld,
        fill: display !== "tint" ? 0 : isUnder ? 0.2 : 0.42,
      },
    }));
}
