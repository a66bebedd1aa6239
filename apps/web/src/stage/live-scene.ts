import { computed } from "@preact/signals";
import { objectColor } from "../domain/colors.js";
import type { MaskView } from "../protocol/engine.js";
import { cellGrid } from "../state/cell-grid.js";
import { everything, hoveredFound, passing } from "../state/everything.js";
import { maskOf } from "../state/masks.js";
import * as session from "../state/session.js";
import { crosshair, liveBox, liveStroke, pointer } from "../state/stage-state.js";
import type { LiveItem } from "../workers/painter/live-scene.js";
import type { BorderBook } from "./border-book.js";
import { keepSame } from "./same.js";

const stillness = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");

/** As the painter has it, with borders in place of their numbers, and with the accent that the page has. */
export type SceneItem = OnPage<LiveItem>;

type OnPage<T> = T extends { readonly mask: number }
  ? Omit<T, "mask"> & { readonly view: MaskView }
  : T extends { readonly accent: string }
    ? Omit<T, "accent">
    : T;

const keepItems = keepSame<SceneItem>();

/** What moves with the pointer: previews, handles, strokes under way; in the order in which it is painted. */
export const liveScene = computed(() => keepItems(sceneItems()));

function sceneItems(): SceneItem[] {
  const photo = session.photo.value;
  if (!photo || session.isBare.value) return [];
  const run = everything.value?.photoId === photo.id ? everything.value : null;
  const items: SceneItem[] = [];
  if (!run) items.push(...sweep(), ...preview());
  const hovered = run && passing.value.find(({ id }) => id === hoveredFound.value);
  if (hovered) items.push({ kind: "hovered", view: hovered.view });
  items.push(...stroke());
  if (run?.isRunning) {
    const { width, height } = photo;
    const { pointsPerSide, done } = run;
    items.push({ kind: "grid", photo: { width, height }, pointsPerSide, done });
  }
  items.push(...handles());
  return items;
}

function sweep(): SceneItem[] {
  const photo = session.photo.value;
  const object = session.object.value;
  const mask = photo && object?.isVisible ? maskOf(photo, object) : undefined;
  // A frame of a video has another mask than the one before: nothing is new there.
  if (!mask || mask.isOld || photo?.video || stillness?.matches) return [];
  return [{ kind: "sweep", view: mask.view, box: mask.view.box }];
}

function preview(): SceneItem[] {
  const hover = session.hover.value;
  if (!hover) return [];
  const object = session.object.value;
  const color = hover.isNew || !object ? null : objectColor(object.number);
  return [{ kind: "preview", view: hover.view, color }];
}

function stroke(): SceneItem[] {
  const drawn = liveStroke.value;
  if (!drawn) return [];
  const number = session.object.value?.number ?? session.doc.value.nextNumber;
  const color = drawn.isErase ? "#111111" : objectColor(number);
  return [{ kind: "stroke", path: drawn.path, radius: drawn.radius, color }];
}

function handles(): SceneItem[] {
  const items: SceneItem[] = [];
  const object = session.object.value;
  if (object && session.chosenIds.value.size === 1 && !object.isLocked && !everything.value) {
    const color = objectColor(object.number);
    if (object.box) items.push({ kind: "box", box: object.box, color, hasHandles: true });
    const isVideo = session.photo.value?.video !== undefined;
    const isOpen = !isVideo && !session.encoded.value.has(session.photoId.value ?? "");
    for (const point of object.points) {
      items.push({ kind: "point", point, color, isChosen: point.id === session.pointId.value, isOpen });
    }
  }
  if (liveBox.value) items.push({ kind: "box", box: liveBox.value, color: "#ffffff", hasHandles: false });
  if (cellGrid.value) items.push({ kind: "cells", cells: cellGrid.value });
  if (crosshair.value) items.push({ kind: "crosshair", ...crosshair.value });
  if (isBrushing() && pointer.value) {
    const { x, y } = pointer.value;
    items.push({ kind: "brush", x, y, radius: session.brushSize.value });
  }
  return items;
}

/** The pointer draws. */
function isBrushing(): boolean {
  return session.tool.value === "brush" || session.tool.value === "erase";
}

/** For the painter, which knows borders by their numbers. */
export function liveItems(items: readonly SceneItem[], book: BorderBook, stage: Element): LiveItem[] {
  return items.map((item) => {
    if (item.kind === "grid")
      return { ...item, accent: getComputedStyle(stage).getPropertyValue("--accent-mark") };
    if (!("view" in item)) return item;
    const { view, ...rest } = item;
    return { ...rest, mask: book.numberOf(view) } as LiveItem;
  });
}
