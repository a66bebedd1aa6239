import { objectColor } from "../domain/colors.js";
import { cellGrid } from "../state/cell-grid.js";
import { everything, hoveredFound, passing } from "../state/everything.js";
import { maskOf } from "../state/masks.js";
import * as session from "../state/session.js";
import { crosshair, liveBox, liveStroke, pointer } from "../state/stage-state.js";
import type { LiveItem } from "../workers/painter/live-scene.js";
import type { BorderBook } from "./border-book.js";

const stillness = matchMedia("(prefers-reduced-motion: reduce)");

/** What moves with the pointer: previews, handles, strokes under way; in the order in which it is painted. */
export function liveItems(book: BorderBook, stage: Element): LiveItem[] {
  const photo = session.photo.value;
  if (!photo || session.isBare.value) return [];
  const run = everything.value?.photoId === photo.id ? everything.value : null;
  const items: LiveItem[] = [];
  if (!run) items.push(...sweep(book), ...preview(book));
  const hovered = run && passing.value.find(({ id }) => id === hoveredFound.value);
  if (hovered) items.push({ kind: "hovered", mask: book.numberOf(hovered.view) });
  items.push(...stroke());
  if (run?.isRunning) {
    const accent = getComputedStyle(stage).getPropertyValue("--accent-mark");
    const { width, height } = photo;
    const { pointsPerSide, done } = run;
    items.push({ kind: "grid", photo: { width, height }, pointsPerSide, done, accent });
  }
  items.push(...handles());
  return items;
}

function sweep(book: BorderBook): LiveItem[] {
  const photo = session.photo.value;
  const object = session.object.value;
  const mask = photo && object?.isVisible ? maskOf(photo, object) : undefined;
  // A frame of a video has another mask than the one before: nothing is new there.
  if (!mask || mask.isOld || photo?.video || stillness.matches) return [];
  return [{ kind: "sweep", mask: book.numberOf(mask.view), box: mask.view.box }];
}

function preview(book: BorderBook): LiveItem[] {
  const hover = session.hover.value;
  if (!hover) return [];
  const object = session.object.value;
  const color = hover.isNew || !object ? null : objectColor(object.number);
  return [{ kind: "preview", mask: book.numberOf(hover.view), color }];
}

function stroke(): LiveItem[] {
  const drawn = liveStroke.value;
  if (!drawn) return [];
  const number = session.object.value?.number ?? session.doc.value.nextNumber;
  const color = drawn.isErase ? "#111111" : objectColor(number);
  return [{ kind: "stroke", path: drawn.path, radius: drawn.radius, color }];
}

function handles(): LiveItem[] {
  const items: LiveItem[] = [];
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
export function isBrushing(): boolean {
  return session.tool.value === "brush" || session.tool.value === "erase";
}
