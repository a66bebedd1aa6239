import { effect } from "@preact/signals";
import { isClickOpen, noteDrawn } from "../store/actions.js";
import { isRepeated, objectColor } from "../store/colors.js";
import { everything, hoveredFound, passing, ticked } from "../store/everything.js";
import { maskOf } from "../store/masks.js";
import * as session from "../store/session.js";
import { camera, viewport } from "./camera.js";
import { paintBox, paintBrush, paintCrosshair, paintGrid, paintPoint } from "./paint-handles.js";
import { paintCutOut, paintMask, paintPreview, paintSweep } from "./paint-masks.js";
import { crosshair, liveBox, liveStroke, pointer } from "./stage-state.js";

const SWEEP_MS = 350;

/** Draws the stage on two canvases, the photo below and everything else above, only when something changed. */
export function startRenderer(below: HTMLCanvasElement, above: HTMLCanvasElement): () => void {
  const photoLayer = below.getContext("2d", { alpha: true });
  const maskLayer = above.getContext("2d");
  if (!photoLayer || !maskLayer) return () => undefined;
  const sweep = new Sweep();
  let isPhotoDirty = true;
  let frame = 0;
  const request = () => {
    frame ||= requestAnimationFrame(draw);
  };
  const draw = () => {
    frame = 0;
    if (isPhotoDirty) drawPhoto(photoLayer);
    isPhotoDirty = false;
    const isMoving = drawMasks(maskLayer, sweep);
    if (isMoving) request();
  };
  const endPhoto = effect(() => {
    const { width, height } = viewport.value;
    const ratio = Math.min(devicePixelRatio, 2);
    for (const canvas of [below, above]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    void [camera.value, session.photo.value?.id, session.pixels.value];
    isPhotoDirty = true;
    request();
  });
  const endMasks = effect(() => {
    void [camera.value, session.doc.value, session.objectId.value, session.pointId.value];
    void [session.answers.value, session.composed.value, session.hover.value, session.display.value];
    void [session.isBare.value, session.photo.value, session.tool.value, session.brushSize.value];
    void [everything.value, passing.value, ticked.value, hoveredFound.value];
    void [liveBox.value, liveStroke.value, crosshair.value, pointer.value, session.encoded.value];
    request();
  });
  return () => {
    endPhoto();
    endMasks();
    cancelAnimationFrame(frame);
  };
}

function drawPhoto(context: CanvasRenderingContext2D): void {
  const ratio = Math.min(devicePixelRatio, 2);
  const { width, height } = viewport.value;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const photo = session.photo.value;
  const pixels = photo && session.pixels.value.get(photo.id);
  if (!photo || !pixels) return;
  const { scale, left, top } = camera.value;
  const smallScale = pixels.small.width / photo.width;
  const source = scale * ratio > smallScale ? pixels.full : pixels.small;
  context.imageSmoothingEnabled = scale < 4;
  context.imageSmoothingQuality = scale * ratio < 0.5 * (source.width / photo.width) ? "high" : "medium";
  context.drawImage(source, left, top, photo.width * scale, photo.height * scale);
}

/** Returns whether something moves, so that another frame is needed. */
function drawMasks(context: CanvasRenderingContext2D, sweep: Sweep): boolean {
  const ratio = Math.min(devicePixelRatio, 2);
  const { width, height } = viewport.value;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const photo = session.photo.value;
  if (!photo || session.isBare.value) return false;
  const view = camera.value;
  const toPhotoPixels = () =>
    context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.left, ratio * view.top);
  const toScreen = () => context.setTransform(ratio, 0, 0, ratio, 0, 0);
  toPhotoPixels();
  const run = everything.value?.photoId === photo.id ? everything.value : null;
  const chosenId = session.objectId.value;
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
  const display = session.display.value;
  if (display === "cutout" && shown.length > 0) {
    const cover = getComputedStyle(context.canvas).getPropertyValue("--cut-cover");
    paintCutOut(
      context,
      shown.map(({ mask }) => mask.view),
      photo.width,
      photo.height,
      cover,
    );
  }
  for (const { object, mask } of shown) {
    const style = {
      color: objectColor(object.number),
      isChosen: object.id === chosenId && !run,
      isDashed: isRepeated(object.number),
      isOld: mask.isOld,
      fill: run ? 0.2 : 0.42,
    };
    paintMask(context, mask.view, style, display, view.scale);
  }
  let isMoving = false;
  const chosen = shown.find(({ object }) => object.id === chosenId);
  if (chosen && !run) {
    const part = sweep.at(chosen.object.id, chosen.mask.isOld ? null : chosen.mask.view.path);
    if (part !== null) {
      paintSweep(context, chosen.mask.view, part, view.scale);
      isMoving = true;
    }
  }
  if (run) {
    for (const found of passing.value) {
      const isHovered = hoveredFound.value === found.id;
      const style = {
        color: isHovered ? "#ffffff" : objectColor(found.number),
        isChosen: isHovered || ticked.value.has(found.id),
        isDashed: false,
        isOld: false,
        fill: ticked.value.has(found.id) ? 0.6 : 0.38,
      };
      paintMask(context, found.view, style, "tint", view.scale);
    }
  }
  const preview = session.hover.value;
  if (preview && !run) {
    const color = session.object.value ? objectColor(session.object.value.number) : null;
    paintPreview(context, preview.view, preview.isNew ? null : color, view.scale);
  }
  drawLiveStroke(context);
  toScreen();
  if (run?.isRunning) {
    const accent = getComputedStyle(context.canvas).getPropertyValue("--accent-mark");
    paintGrid(context, photo, view, run.pointsPerSide, run.done, accent);
  }
  drawHandles(context);
  if (isClickOpen() && chosen && !chosen.mask.isOld) noteDrawn();
  return isMoving;
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
  if (object && !everything.value) {
    const color = objectColor(object.number);
    if (object.box) paintBox(context, object.box, view, color, true);
    const isOpen = !session.encoded.value.has(session.photoId.value ?? "");
    for (const point of object.points) {
      paintPoint(context, point, view, color, point.id === session.pointId.value, isOpen);
    }
  }
  if (liveBox.value) paintBox(context, liveBox.value, view, "#ffffff", false);
  const cross = crosshair.value;
  if (cross) paintCrosshair(context, cross.x * view.scale + view.left, cross.y * view.scale + view.top);
  const isBrush = session.tool.value === "brush" || session.tool.value === "erase";
  if (isBrush && pointer.value) {
    paintBrush(context, pointer.value.x, pointer.value.y, session.brushSize.value);
  }
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
