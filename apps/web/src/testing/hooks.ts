import { batch } from "@preact/signals";
import { EMPTY_DOC } from "../domain/document.js";
import { createHistory } from "../domain/history.js";
import { fit } from "../state/camera.js";
import { cellGrid } from "../state/cell-grid.js";
import { closeEverything } from "../state/everything.js";
import { maskOf } from "../state/masks.js";
import {
  closeDialog,
  doc,
  encoding,
  history,
  hover,
  isIncluding,
  isQuick,
  loading,
  nextClass,
  objectId,
  photo,
  pointId,
  problem,
  refining,
  tool,
} from "../state/session.js";
import { crosshair, isPainted } from "../state/stage-state.js";
import { isFrameShown } from "../state/video/playback.js";
import { isVideoIdle } from "../state/video/tracker.js";
import { endHold } from "./hold.js";

/** What a test may look at; there only in pages opened with `?test`. */
export interface TestHooks {
  state(): {
    readonly photos: number;
    readonly objects: readonly {
      readonly name: string;
      readonly points: number;
      readonly hasBox: boolean;
      /** Pixels inside the mask that is shown; null while there is none. */
      readonly area: number | null;
      readonly box: readonly number[] | null;
      readonly counts: readonly number[] | null;
      /** The mask is the newest one. */
      readonly isFresh: boolean;
    }[];
  };
  /** Pixels inside the mask that a click where the pointer is would give; null while there is none. */
  preview(): number | null;
  /** Every mask is the newest one, and on screen. */
  isIdle(): boolean;
  /** Back to the shown photo alone, as if it had just been opened. */
  reset(): void;
  /** Lets whole photos be prepared, where `?fault=held-encode` leaves them at their drafts until then. */
  endHold(): void;
}

export function installHooks(): void {
  const hooks: TestHooks = {
    state: () => ({
      photos: doc.value.photos.length,
      objects: (photo.value?.objects ?? []).map((object) => {
        const mask = photo.value && maskOf(photo.value, object);
        return {
          name: object.name,
          points: object.points.length,
          hasBox: object.box !== null,
          area: mask?.view.area ?? null,
          box: mask?.view.box ?? null,
          counts: mask ? [...mask.view.rle.counts] : null,
          isFresh: mask !== undefined && !mask.isOld,
        };
      }),
    }),
    preview: () => hover.value?.view.area ?? null,
    isIdle: () => {
      const on = photo.value;
      if (on?.video) return !loading.value && isVideoIdle.value && isFrameShown() && isPainted.value;
      const isFresh = on?.objects.every((object) => maskOf(on, object)?.isOld === false) ?? true;
      return !loading.value && !encoding.value && !refining.value && isFresh && (!on || isPainted.value);
    },
    reset() {
      batch(() => {
        closeEverything();
        const only = photo.value;
        const photos = only ? [{ ...only, objects: [] }] : [];
        history.value = createHistory({ ...EMPTY_DOC, photos });
        objectId.value = null;
        nextClass.value = "";
        pointId.value = null;
        tool.value = "select";
        closeDialog();
        problem.value = null;
        crosshair.value = null;
        cellGrid.value = null;
        isIncluding.value = true;
        isQuick.value = false;
        fit();
      });
    },
    endHold,
  };
  Object.assign(globalThis, { __sam2js: hooks });
}
