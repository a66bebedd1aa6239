import type { MaskView } from "../services/engine.js";
import type { Camera } from "./camera.js";
import { type MaskScene, paintScene, type SceneFrame } from "./mask-scene.js";
import type { Painted, PaintRequest } from "./paint.worker.js";
import { pathOf } from "./paths.js";

/** More masks, or longer borders (in characters), than the page's own thread paints in a few milliseconds. */
const MAX_MASKS = 8;
const MAX_PATHS = 40_000;
/** How far the line and glow of a mask reach beyond it, in CSS pixels. */
const MARGIN = 12;

interface Job {
  readonly scene: MaskScene;
  /** Over what is there, instead of in its place. */
  readonly isAdded: boolean;
}

/**
 * The canvas of masks. A few masks are painted at once; many in a worker, so that the page's own thread stays free: until their picture is
 * there, the one before is moved with the photo.
 */
export class MaskLayer {
  readonly #context: CanvasRenderingContext2D;
  readonly #onShown: () => void;
  #worker: Worker | undefined;
  #isWorkerLost = typeof OffscreenCanvas === "undefined";
  readonly #ids = new WeakMap<MaskView, number>();
  #lastId = 0;
  /** Borders that the worker has. */
  #sent = new Set<number>();
  #lastNumber = 0;
  #underWay: (Job & { readonly number: number; readonly area: PaintRequest["area"] }) | null = null;
  #waiting: Job | null = null;
  #shown: SceneFrame | null = null;
  #isBlank = true;
  #camera: Camera = { scale: 1, left: 0, top: 0 };

  /** @param onShown  is called when a picture from the worker was drawn */
  constructor(context: CanvasRenderingContext2D, onShown: () => void) {
    this.#context = context;
    this.#onShown = onShown;
  }

  /** Nothing is being painted: what is seen is what was shown last. */
  get isCurrent(): boolean {
    return this.#underWay === null && this.#waiting === null;
  }

  /** The canvas has been given a size, which empties it. */
  noteResized(): void {
    this.#isBlank = true;
    this.#shown = null;
  }

  /** Shows a scene in place of what is there. */
  show(scene: MaskScene): void {
    this.#waiting = null;
    if (this.#isWorkerLost || isLight(scene)) {
      this.#underWay = null;
      this.#clear();
      const masks = scene.masks.map(({ view, style }) => ({ path: pathOf(view), style }));
      this.#isBlank = masks.length === 0 && !scene.cover;
      if (!this.#isBlank) paintScene(this.#context, scene, masks);
      this.#place(scene.frame);
    } else this.#queue({ scene, isAdded: false });
  }

  /** Paints masks over what is there. */
  add(scene: MaskScene): void {
    if (scene.masks.length === 0) return;
    if (this.#isWorkerLost) {
      const masks = scene.masks.map(({ view, style }) => ({ path: pathOf(view), style }));
      paintScene(this.#context, scene, masks);
      this.#isBlank = false;
    } else this.#queue({ scene, isAdded: true });
  }

  /** Moves what is there to where the photo is now. */
  follow(camera: Camera): void {
    this.#camera = camera;
    const { style } = this.#context.canvas;
    const from = this.#shown;
    const isThere =
      !from || (from.scale === camera.scale && from.left === camera.left && from.top === camera.top);
    const ratio = from ? camera.scale / from.scale : 1;
    const [x, y] = from ? [camera.left - from.left * ratio, camera.top - from.top * ratio] : [0, 0];
    const transform = isThere ? "" : `matrix(${ratio}, 0, 0, ${ratio}, ${x}, ${y})`;
    if (style.transform !== transform) style.transform = transform;
  }

  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #queue(job: Job): void {
    if (this.#underWay) {
      const before = this.#waiting;
      const isMore = job.isAdded && before !== null;
      this.#waiting = isMore
        ? { ...before, scene: { ...before.scene, masks: [...before.scene.masks, ...job.scene.masks] } }
        : job;
      return;
    }
    this.#lastNumber += 1;
    const { frame, cover, masks } = job.scene;
    const paths: [number, string][] = [];
    const ids = masks.map(({ view }) => this.#idOf(view));
    for (const [i, id] of ids.entries()) {
      if (!this.#sent.has(id)) paths.push([id, masks[i]?.view.path ?? ""]);
      this.#sent.add(id);
    }
    if (!job.isAdded) this.#sent = new Set(ids);
    const area = job.isAdded ? areaOf(job.scene) : wholeArea(frame);
    this.#underWay = { ...job, number: this.#lastNumber, area };
    const request: PaintRequest = {
      number: this.#lastNumber,
      frame,
      cover,
      masks: masks.map(({ style }, i) => ({ id: ids[i] ?? 0, style })),
      paths,
      isWhole: !job.isAdded,
      area,
    };
    this.#painter().postMessage(request);
  }

  #take({ number, bitmap }: Painted): void {
    const job = this.#underWay;
    if (job?.number !== number) {
      bitmap.close();
      return;
    }
    const [left, top] = job.area;
    if (!job.isAdded) this.#clear();
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.drawImage(bitmap, left, top);
    bitmap.close();
    this.#isBlank = false;
    this.#underWay = null;
    if (!job.isAdded) this.#place(job.scene.frame);
    const next = this.#waiting;
    this.#waiting = null;
    if (next) this.#queue(next);
    this.#onShown();
  }

  #place(frame: SceneFrame): void {
    this.#shown = frame;
    this.follow(this.#camera);
  }

  #clear(): void {
    if (this.#isBlank) return;
    const { canvas } = this.#context;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, canvas.width, canvas.height);
    this.#isBlank = true;
  }

  #idOf(view: MaskView): number {
    let id = this.#ids.get(view);
    if (id === undefined) {
      this.#lastId += 1;
      id = this.#lastId;
      this.#ids.set(view, id);
    }
    return id;
  }

  #painter(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL("./paint.worker.ts", import.meta.url), {
      type: "module",
      name: "painter",
    });
    worker.addEventListener("message", ({ data }: MessageEvent<Painted>) => this.#take(data));
    // Without it everything is painted here, as on browsers that have none.
    worker.addEventListener("error", () => {
      this.#isWorkerLost = true;
      const job = this.#underWay;
      this.#underWay = null;
      if (job) this.show(job.scene);
      this.#onShown();
    });
    this.#worker = worker;
    return worker;
  }
}

function isLight({ masks }: MaskScene): boolean {
  return masks.length <= MAX_MASKS && masks.reduce((sum, { view }) => sum + view.path.length, 0) <= MAX_PATHS;
}

function wholeArea({ width, height, ratio }: SceneFrame): PaintRequest["area"] {
  return [0, 0, Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
}

/** The part of the stage that the masks of a scene touch. */
function areaOf({ frame, masks }: MaskScene): PaintRequest["area"] {
  const { width, height, ratio, scale, left, top } = frame;
  const boxes = masks.map(({ view }) => view.box);
  const across = (x: number, margin: number) =>
    Math.min(width, Math.max(0, x * scale + left + margin)) * ratio;
  const down = (y: number, margin: number) => Math.min(height, Math.max(0, y * scale + top + margin)) * ratio;
  const x0 = Math.floor(across(Math.min(...boxes.map(([x]) => x)), -MARGIN));
  const y0 = Math.floor(down(Math.min(...boxes.map(([, y]) => y)), -MARGIN));
  const x1 = Math.ceil(across(Math.max(...boxes.map(([, , x]) => x + 1)), MARGIN));
  const y1 = Math.ceil(down(Math.max(...boxes.map(([, , , y]) => y + 1)), MARGIN));
  return [x0, y0, Math.max(1, x1 - x0), Math.max(1, y1 - y0)];
}
