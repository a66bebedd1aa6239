import { effect } from "@preact/signals";
import { attachCanvas, paintStage } from "../clients/painter-service.js";
import { type Camera, camera, viewport } from "../state/camera.js";
import { cellGrid } from "../state/cell-grid.js";
import { afterAnswer, clickNumber, isAnswerDue, noteDrawn } from "../state/click-time.js";
import { everything, hoveredFound, passing, ticked } from "../state/everything.js";
import { maskOf } from "../state/masks.js";
import * as session from "../state/session.js";
import {
  cornerRadius,
  crosshair,
  liveBox,
  liveStroke,
  notePainted,
  noteSeen,
  pointer,
} from "../state/stage-state.js";
import type { PaintRequest } from "../workers/painter/paint-request.js";
import { BorderBook } from "./border-book.js";
import { FoundLayer } from "./found-layer.js";
import { isBrushing, liveItems } from "./live-items.js";
import { maskChange } from "./mask-changes.js";

/** The painter is given the next picture while it paints one, but no third. */
const MAX_UNDER_WAY = 2;

/** Tells the painter what the stage is to show, at most once a frame and only when something of it changed. */
export function startRenderer(canvas: HTMLCanvasElement): () => void {
  attachCanvas(canvas);
  const renderer = new Renderer(canvas);
  const ends = [
    effect(() => {
      void [camera.value, viewport.value, cornerRadius.value, session.photo.value?.id, session.pixels.value];
      void [session.hover.value, session.pointId.value, session.encoded.value, everything.value];
      void [liveBox.value, liveStroke.value, crosshair.value, cellGrid.value, hoveredFound.value];
      if (isBrushing()) void [pointer.value, session.brushSize.value];
      renderer.request();
    }),
    effect(() => {
      void [session.doc.value, session.chosenIds.value, session.photo.value];
      void [session.answers.value, session.composed.value, session.display.value, session.isBare.value];
      void [session.frameMasks.value, session.model.value, session.encoded.value];
      void [passing.value, ticked.value, everything.value === null, session.theme.value];
      renderer.request({ areMasksOld: true });
    }),
  ];
  return () => {
    for (const end of ends) end();
    renderer.end();
  };
}

class Renderer {
  readonly #stage: HTMLCanvasElement;
  readonly #book = new BorderBook();
  readonly #found = new FoundLayer();
  #areMasksOld = true;
  #frame = 0;
  #underWay = 0;
  #isWaiting = false;
  #isAnswering = false;
  #hasEnded = false;
  /** It is asked again once a click's answer is on screen, or takes longer. */
  #isResting = false;
  /** The object that was chosen when the masks were painted last. */
  #shownObjectId: string | null = null;
  /** Where the photo lay when it was painted last. */
  #shownCamera: Camera | undefined;
  /** The picture of a video that the painter has. */
  #sentImage: ImageBitmap | undefined;

  constructor(stage: HTMLCanvasElement) {
    this.#stage = stage;
  }

  request({ areMasksOld = false } = {}): void {
    if (this.#hasEnded) return;
    this.#areMasksOld ||= areMasksOld;
    notePainted(false);
    // The click's own point can wait for its mask.
    if (this.#mayRest()) return;
    if (this.#underWay >= MAX_UNDER_WAY) this.#isWaiting = true;
    else if (areMasksOld && clickNumber() !== null && isAnswered()) this.#answerAtOnce();
    else this.#frame ||= requestAnimationFrame(() => void this.#paint());
  }

  end(): void {
    this.#hasEnded = true;
    cancelAnimationFrame(this.#frame);
    notePainted(true);
  }

  /** A click's answer waits for no frame: the painter has it on screen with the next one. */
  #answerAtOnce(): void {
    if (this.#isAnswering) return;
    this.#isAnswering = true;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    queueMicrotask(() => {
      this.#isAnswering = false;
      void this.#paint();
    });
  }

  async #paint(): Promise<void> {
    this.#underWay += 1;
    try {
      const image = await this.#newImage();
      this.#frame = 0;
      if (this.#hasEnded) {
        image?.close();
        return;
      }
      const request = this.#compose(image);
      const click = this.#areMasksOld || !isAnswered() ? null : clickNumber();
      const at = await paintStage(request);
      noteSeen(request.photo?.id ?? null);
      if (click !== null) noteDrawn(click, at);
    } catch {
      // The painter is lost; another canvas comes, with another renderer.
    } finally {
      this.#underWay -= 1;
      if (this.#isWaiting) {
        this.#isWaiting = false;
        this.request();
      } else if (this.#underWay === 0 && this.#frame === 0 && !this.#areMasksOld) notePainted(true);
    }
  }

  #compose(image: ImageBitmap | null): PaintRequest {
    this.#book.open();
    const photo = session.photo.value;
    const size = viewport.value;
    this.#shownCamera = camera.value;
    const ratio = Math.min(devicePixelRatio, 2);
    let masks: PaintRequest["masks"] = null;
    if (this.#areMasksOld && !this.#mayWait()) {
      this.#areMasksOld = false;
      this.#shownObjectId = session.objectId.value;
      masks = maskChange(this.#book, this.#found, this.#stage);
    }
    const live = liveItems(this.#book, this.#stage);
    return {
      frame: { ...size, ...camera.value, ratio },
      cornerRadius: cornerRadius.value,
      photo: photo ? { id: photo.id, width: photo.width, height: photo.height } : null,
      image,
      masks,
      live,
      ...this.#book.close(),
    };
  }

  /** The frame of a video that the painter has not got yet. */
  async #newImage(): Promise<ImageBitmap | null> {
    const photo = session.photo.value;
    const pixels = photo && session.pixels.value.get(photo.id);
    if (!pixels || pixels.blob) {
      this.#sentImage = undefined;
      return null;
    }
    // One that was taken off the stage meanwhile has no width.
    if (pixels.image === this.#sentImage || !pixels.image.width) return null;
    this.#sentImage = pixels.image;
    return createImageBitmap(pixels.image);
  }

  /** Whether nothing needs to be painted before a click's answer, which is about to come. */
  #mayRest(): boolean {
    return camera.value === this.#shownCamera && this.#mayWait();
  }

  /** Whether a click's answer is about to come, and what is seen will do until then. */
  #mayWait(): boolean {
    if (!isAnswerDue()) return false;
    const [on, object] = [session.photo.value, session.object.value];
    const mask = on && object && maskOf(on, object);
    if (mask && !(mask.isOld && this.#shownObjectId === object?.id)) return false;
    if (!this.#isResting)
      afterAnswer(() => {
        this.#isResting = false;
        this.request();
      });
    this.#isResting = true;
    return true;
  }
}

/** The chosen object's mask is the one that its prompts give. */
function isAnswered(): boolean {
  const [on, object] = [session.photo.value, session.object.value];
  const mask = on && object?.isVisible ? maskOf(on, object) : undefined;
  return mask !== undefined && !mask.isOld;
}
