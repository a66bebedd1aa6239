import { effect, untracked } from "@preact/signals";
import { attachCanvas, paintStage } from "../clients/painter-service.js";
import { afterAnswer, clickNumber, isAnswerDue, noteDrawn } from "../state/click-time.js";
import { maskOf } from "../state/masks.js";
import * as session from "../state/session.js";
import { notePainted, noteSeen } from "../state/stage-state.js";
import type { PaintRequest } from "../workers/painter/paint-request.js";
import { BorderBook } from "./border-book.js";
import { FoundLayer } from "./found-layer.js";
import { liveItems } from "./live-scene.js";
import { maskChange } from "./mask-changes.js";
import type { MaskScene } from "./mask-scene.js";
import { type Scene, scene } from "./scene.js";

/** The painter is given the next picture while it paints one, but no third. */
const MAX_UNDER_WAY = 2;

/** Tells the painter what the stage is to show, at most once a frame and only when something of it changed. */
export function startRenderer(canvas: HTMLCanvasElement): () => void {
  attachCanvas(canvas);
  const renderer = new Renderer(canvas);
  const end = effect(() => {
    const now = scene.value;
    untracked(() => renderer.show(now));
  });
  return () => {
    end();
    renderer.end();
  };
}

class Renderer {
  readonly #stage: HTMLCanvasElement;
  readonly #book = new BorderBook();
  readonly #found = new FoundLayer();
  #scene: Scene = scene.peek();
  /** The masks that the painter has. */
  #sentMasks: MaskScene | undefined;
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
  #shownCamera: Scene["camera"] | undefined;
  /** The picture of a video that the painter has. */
  #sentImage: ImageBitmap | undefined;

  constructor(stage: HTMLCanvasElement) {
    this.#stage = stage;
  }

  show(scene: Scene): void {
    this.#scene = scene;
    this.#request();
  }

  get #areMasksOld(): boolean {
    return this.#scene.masks !== this.#sentMasks;
  }

  #request(): void {
    if (this.#hasEnded) return;
    notePainted(false);
    // The click's own point can wait for its mask.
    if (this.#mayRest()) return;
    if (this.#underWay >= MAX_UNDER_WAY) this.#isWaiting = true;
    else if (this.#areMasksOld && clickNumber() !== null && isAnswered()) this.#answerAtOnce();
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
        this.#request();
      } else if (this.#underWay === 0 && this.#frame === 0 && !this.#areMasksOld) notePainted(true);
    }
  }

  #compose(image: ImageBitmap | null): PaintRequest {
    this.#book.open();
    const { camera, size, cornerRadius, photo, masks: maskScene, live } = this.#scene;
    this.#shownCamera = camera;
    const ratio = Math.min(devicePixelRatio, 2);
    let masks: PaintRequest["masks"] = null;
    if (this.#areMasksOld && !this.#mayWait()) {
      this.#sentMasks = maskScene;
      this.#shownObjectId = session.objectId.value;
      masks = maskChange(maskScene, this.#book, this.#found, this.#stage);
    }
    return {
      frame: { ...size, ...camera, ratio },
      cornerRadius,
      photo,
      image,
      masks,
      live: liveItems(live, this.#book, this.#stage),
      ...this.#book.close(),
    };
  }

  /** The frame of a video that the painter has not got yet. */
  async #newImage(): Promise<ImageBitmap | null> {
    const { frame } = this.#scene;
    if (!frame) {
      this.#sentImage = undefined;
      return null;
    }
    // One that was taken off the stage meanwhile has no width.
    if (frame === this.#sentImage || !frame.width) return null;
    this.#sentImage = frame;
    return createImageBitmap(frame);
  }

  /** Whether nothing needs to be painted before a click's answer, which is about to come. */
  #mayRest(): boolean {
    return this.#scene.camera === this.#shownCamera && this.#mayWait();
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
        this.#request();
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
