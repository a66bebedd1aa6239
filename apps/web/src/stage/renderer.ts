import { effect } from "@preact/signals";
import { clickAgeMs, isClickOpen, noteDrawn } from "../store/actions.js";
import { isRepeated, objectColor } from "../store/colors.js";
import { everything, type FoundMask, hoveredFound, passing, ticked } from "../store/everything.js";
import { maskOf } from "../store/masks.js";
import * as session from "../store/session.js";
import { type Camera, camera, viewport } from "./camera.js";
import { cellGrid } from "./cell-grid.js";
import { FoundLayer } from "./found-layer.js";
import { MaskLayer } from "./mask-layer.js";
import type { MaskScene, SceneMask } from "./mask-scene.js";
import { paintBox, paintBrush, paintCells, paintCrosshair, paintGrid, paintPoint } from "./paint-handles.js";
import { paintMask, paintPreview, paintSweep } from "./paint-masks.js";
import { pathOf } from "./paths.js";
import { crosshair, liveBox, liveStroke, pointer } from "./stage-state.js";

const SWEEP_MS = 350;
/** So long the masks wait for a click's answer, so that they are painted once with it, not once more before it. */
const ANSWER_MS = 60;

export interface Layers {
  readonly photo: HTMLCanvasElement;
  /** Masks of objects and of "Everything". */
  readonly masks: HTMLCanvasElement;
  /** What moves with the pointer: previews, handles, strokes under way. */
  readonly live: HTMLCanvasElement;
}

/** Draws the stage on three canvases, each only when something of it changed, so that a pointer that moves costs little. */
export function startRenderer(layers: Layers): () => void {
  const photo = layers.photo.getContext("2d");
  const masks = layers.masks.getContext("2d");
  const live = layers.live.getContext("2d");
  if (!photo || !masks || !live) return () => undefined;
  const layer = new MaskLayer(masks, () => request("live"));
  const sweep = new Sweep();
  const found = new FoundLayer();
  const dirty = { photo: true, masks: true, live: true };
  let frame = 0;
  const request = (layer: keyof typeof dirty) => {
    dirty[layer] = true;
    frame ||= requestAnimationFrame(draw);
  };
  const draw = () => {
    frame = 0;
    const now = { ...dirty };
    dirty.photo = false;
    dirty.masks = false;
    dirty.live = false;
    if (now.photo) drawPhoto(photo);
    if (now.masks) layer.follow(camera.value);
    if (now.masks && mayWait()) {
      dirty.masks = true;
      answerDue ||= setTimeout(() => {
        answerDue = 0;
        request("masks");
      }, ANSWER_MS);
    } else if (now.masks) {
      shown = { camera: camera.value, objectId: session.objectId.value };
      drawMasks(layer, found, getComputedStyle(layers.masks));
    }
    if (now.live && drawLive(live, sweep, layer)) request("live");
  };
  let answerDue: number | NodeJS.Timeout = 0;
  let shown: { readonly camera: Camera; readonly objectId: string | null } | null = null;
  const mayWait = () => {
    const age = clickAgeMs();
    if (age === null || age > ANSWER_MS || shown?.camera !== camera.value) return false;
    const [on, object] = [session.photo.value, session.object.value];
    const mask = on && object && maskOf(on, object);
    return !mask || (mask.isOld && shown.objectId === object?.id);
  };
  const ends = [
    effect(() => {
      const { width, height } = viewport.value;
      const ratio = Math.min(devicePixelRatio, 2);
      for (const canvas of [layers.photo, layers.masks, layers.live]) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
      }
      layer.noteResized();
      blank.add(live);
      request("photo");
      request("masks");
      request("live");
    }),
    effect(() => {
      void [camera.value, session.photo.value?.id, session.pixels.value];
      request("photo");
    }),
    effect(() => {
      void [camera.value, session.doc.value, session.objectId.value, session.photo.value];
      void [session.answers.value, session.composed.value, session.display.value, session.isBare.value];
      void session.frameMasks.value;
      void [passing.value, ticked.value, everything.value === null, session.theme.value];
      request("masks");
      request("live");
    }),
    effect(() => {
      void [session.hover.value, session.pointId.value, session.encoded.value, everything.value];
      void [liveBox.value, liveStroke.value, crosshair.value, cellGrid.value, hoveredFound.value];
      if (isBrushing()) void [pointer.value, session.brushSize.value];
      request("live");
    }),
  ];
  return () => {
    for (const end of ends) end();
    cancelAnimationFrame(frame);
    clearTimeout(answerDue);
    layer.end();
  };
}

function drawPhoto(context: CanvasRenderingContext2D): void {
  const ratio = Math.min(devicePixelRatio, 2);
  const { width, height } = viewport.value;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const photo = session.photo.value;
  const pixels = photo && session.pixels.value.get(photo.id);
  if (!photo || !pixels?.full.width) return;
  const { scale, left, top } = camera.value;
  const smallScale = pixels.small.width / photo.width;
  const source = scale * ratio > smallScale ? pixels.full : pixels.small;
  context.imageSmoothingEnabled = scale < 4;
  context.imageSmoothingQuality = scale * ratio < 0.5 * (source.width / photo.width) ? "high" : "medium";
  context.drawImage(source, left, top, photo.width * scale, photo.height * scale);
}

/** Canvases on which nothing is drawn: to clear one would cost as much as to draw on it. */
const blank = new WeakSet<CanvasRenderingContext2D>();

/** An empty canvas that is drawn on in CSS pixels of the stage. */
function clear(context: CanvasRenderingContext2D): void {
  if (blank.has(context)) return;
  const ratio = Math.min(devicePixelRatio, 2);
  const { width, height } = viewport.value;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  blank.add(context);
}

/** From here on, in pixels of the photo. */
function toPhotoPixels(context: CanvasRenderingContext2D): void {
  const ratio = Math.min(devicePixelRatio, 2);
  const { scale, left, top } = camera.value;
  context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * left, ratio * top);
}

function drawMasks(layer: MaskLayer, foundLayer: FoundLayer, css: CSSStyleDeclaration): void {
  const photo = session.photo.value;
  const run = everything.value !== null && everything.value.photoId === photo?.id;
  if (run && !session.isBare.value) {
    const under = [camera.value, viewport.value, session.doc.value, session.answers.value];
    const looks = [session.composed.value, session.display.value, session.theme.value, ticked.value];
    const isRunning = everything.value?.isRunning ?? false;
    const added = foundLayer.additions(passing.value, [...under, ...looks], isRunning);
    if (added) {
      layer.add(sceneOf(added.map(toSceneMask), null));
      return;
    }
  } else foundLayer.forget();
  if (!photo || session.isBare.value) {
    layer.show(sceneOf([], null));
    return;
  }
  const chosenId = session.objectId.value;
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
    view: mask.view,
    style: {
      color: objectColor(object.number),
      isChosen: object.id === chosenId && !run,
      isDashed: isRepeated(object.number),
      isOld: mask.isOld,
      fill: display !== "tint" ? 0 : run ? 0.2 : 0.42,
    },
  }));
  const isCut = display === "cutout" && shown.length > 0;
  const color = isCut ? css.getPropertyValue("--cut-cover") : "";
  const cover = isCut ? { width: photo.width, height: photo.height, color } : null;
  layer.show(sceneOf([...masks, ...(run ? passing.value.map(toSceneMask) : [])], cover));
}

function sceneOf(masks: readonly SceneMask[], cover: MaskScene["cover"]): MaskScene {
  const ratio = Math.min(devicePixelRatio, 2);
  return { frame: { ...viewport.value, ...camera.value, ratio }, cover, masks };
}

function toSceneMask(found: FoundMask): SceneMask {
  const isTicked = ticked.value.has(found.id);
  const style = {
    color: objectColor(found.number),
    isChosen: isTicked,
    isDashed: false,
    isOld: false,
    fill: isTicked ? 0.6 : 0.38,
    isPlain: !isTicked,
  };
  return { view: found.view, style };
}

/** Returns whether something moves, so that another frame is needed. */
function drawLive(context: CanvasRenderingContext2D, sweep: Sweep, layer: MaskLayer): boolean {
  clear(context);
  const photo = session.photo.value;
  if (!photo || session.isBare.value) return false;
  const { scale } = camera.value;
  const run = everything.value?.photoId === photo.id ? everything.value : null;
  const object = session.object.value;
  const mask = object?.isVisible ? maskOf(photo, object) : undefined;
  const isStill = photo.video !== undefined;
  const part =
    object && mask && !run && !isStill ? sweep.at(object.id, mask.isOld ? null : mask.view.path) : null;
  if (isClickOpen() && mask && !mask.isOld && layer.isCurrent) noteDrawn();
  const isEmpty =
    part === null &&
    !run &&
    !session.hover.value &&
    !liveStroke.value &&
    !liveBox.value &&
    !crosshair.value &&
    !cellGrid.value &&
    !isBrushing() &&
    !object?.box &&
    !object?.points.length;
  if (isEmpty) return false;
  blank.delete(context);
  toPhotoPixels(context);
  if (mask && part !== null) paintSweep(context, mask.view, part, scale);
  const preview = session.hover.value;
  if (preview && !run) {
    paintPreview(context, preview.view, preview.isNew || !object ? null : objectColor(object.number), scale);
  }
  const hovered = run && passing.value.find(({ id }) => id === hoveredFound.value);
  if (hovered) {
    const style = { color: "#ffffff", isChosen: true, isDashed: false, isOld: false, fill: 0.3 };
    paintMask(context, pathOf(hovered.view), style, scale);
  }
  drawLiveStroke(context);
  const ratio = Math.min(devicePixelRatio, 2);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (run?.isRunning) {
    const accent = getComputedStyle(context.canvas).getPropertyValue("--accent-mark");
    paintGrid(context, photo, camera.value, run.pointsPerSide, run.done, accent);
  }
  drawHandles(context);
  return part !== null;
}

function drawLiveStroke(context: CanvasRenderingContext2D): void {
  const stroke = liveStroke.value;
  if (!stroke) return;
  const object = session.object.value;
  const number = object?.number ?? session.doc.value.nextNumber;
  context.save();
  context.globalAlpha = 0.55;
  context.strokeStyle = stroke.isErase ? "#111111" : objectColor(number);
  context.lineWidth = 2 * stroke.radius;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  for (let i = 0; i < stroke.path.length; i += 2) {
    const [x = 0, y = 0] = [stroke.path[i], stroke.path[i + 1]];
    if (i === 0) context.moveTo(x, y);
    context.lineTo(x, y);
  }
  context.stroke();
  context.restore();
}

function drawHandles(context: CanvasRenderingContext2D): void {
  const view = camera.value;
  const object = session.object.value;
  if (object && !object.isLocked && !everything.value) {
    const color = objectColor(object.number);
    if (object.box) paintBox(context, object.box, view, color, true);
    const isVideo = session.photo.value?.video !== undefined;
    const isOpen = !isVideo && !session.encoded.value.has(session.photoId.value ?? "");
    for (const point of object.points) {
      paintPoint(context, point, view, color, point.id === session.pointId.value, isOpen);
    }
  }
  if (liveBox.value) paintBox(context, liveBox.value, view, "#ffffff", false);
  const cells = cellGrid.value;
  if (cells) paintCells(context, cells, view);
  const cross = crosshair.value;
  if (cross) paintCrosshair(context, cross.x * view.scale + view.left, cross.y * view.scale + view.top);
  if (isBrushing() && pointer.value) {
    paintBrush(context, pointer.value.x, pointer.value.y, session.brushSize.value);
  }
}

function isBrushing(): boolean {
  return session.tool.value === "brush" || session.tool.value === "erase";
}

/** How far the light has come round the newest mask of the chosen object. */
class Sweep {
  #shown = "";
  #start = 0;
  readonly #isStill = matchMedia("(prefers-reduced-motion: reduce)");

  at(objectId: string, path: string | null): number | null {
    if (this.#isStill.matches || path === null) return null;
    const key = `${objectId} ${path.length} ${path.slice(0, 60)}`;
    if (key !== this.#shown) {
      this.#shown = key;
      this.#start = performance.now();
    }
    const part = (performance.now() - this.#start) / SWEEP_MS;
    return part < 1 ? part : null;
  }
}
