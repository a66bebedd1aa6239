import { paintLive } from "./live-scene.js";
import { MaskCanvas, type SizedMask } from "./mask-canvas.js";
import { cutCorners, isSameFrame, type SceneFrame } from "./mask-scene.js";
import { fitTo, OwnCanvas } from "./own-canvas.js";
import type { MaskChange, OpenedPhoto, PaintRequest } from "./paint-request.js";
import { closeSource, levelFor, type PhotoSource, readSource, smallCopy } from "./photo-source.js";

/** Photos whose pixels are kept; others are decoded again when they are seen again. */
const MAX_SOURCES = 3;
const SWEEP_MS = 350;
/** A pixel of the photo that is larger than this on screen is shown as a square. */
const SQUARE_SCALE = 4;
/** Frames may not come, as where the page is hidden. */
const FRAME_MS = 100;

interface Border {
  readonly path: Path2D;
  readonly length: number;
}

/** Decodes photos and paints the stage: photo, masks, and what moves. Works in any thread that is given the canvas. */
export class Painter {
  #out: OffscreenCanvas | undefined;
  readonly #photo = new OwnCanvas();
  readonly #masks = new MaskCanvas(() => this.#draw());
  readonly #blobs = new Map<string, Blob>();
  readonly #sources = new Map<string, PhotoSource>();
  #borders = new Map<number, Border>();
  #request: PaintRequest | undefined;
  /** What the picture of the photo shows: a source, and where. */
  #photoShown: { readonly source: PhotoSource; readonly frame: SceneFrame } | null = null;
  #sweep = { mask: -1, since: 0 };
  #animation = 0;

  /** Paints on this canvas from now on. */
  attach(canvas: OffscreenCanvas): void {
    this.#out = canvas;
    this.#request = undefined;
    this.#photoShown = null;
    this.#masks.show([], null);
  }

  /** A photo that may be painted later. */
  know(id: string, blob: Blob): void {
    this.#blobs.set(id, blob);
  }

  /** Calls a photo otherwise: it is another one that was open already. */
  rename(from: string, to: string): void {
    const [blob, source] = [this.#blobs.get(from), this.#sources.get(from)];
    this.#blobs.delete(from);
    this.#sources.delete(from);
    if (blob) this.#blobs.set(to, blob);
    if (source) this.#keep(to, source);
  }

  /** Decodes a photo. @throws {ImageError} it cannot be decoded */
  async open(id: string, blob: Blob): Promise<OpenedPhoto> {
    this.know(id, blob);
    const source = await readSource(blob);
    this.#keep(id, source);
    const { width = 0, height = 0 } = source.levels[0] ?? {};
    return { width, height, small: await smallCopy(source) };
  }

  /** Ends once the picture is on screen. Gives when that was, in milliseconds since 1970: threads begin to count at different times. */
  async paint(request: PaintRequest): Promise<number> {
    const { photo, image, isForgetting, paths, masks } = request;
    if (isForgetting) this.#borders = new Map();
    for (const [number, text] of paths) {
      this.#borders.set(number, { path: new Path2D(text), length: text.length });
    }
    if (photo && image) this.#keep(photo.id, { levels: [image] });
    if (masks) this.#change(masks);
    this.#request = request;
    const source = photo && this.#sources.get(photo.id);
    if (source) this.#keep(photo.id, source);
    else if (photo) await this.#read(photo.id);
    this.#draw();
    await nextFrame();
    return performance.timeOrigin + performance.now();
  }

  #change({ isAdded, cover, masks }: MaskChange): void {
    const known = masks.flatMap(({ mask: number, style, box }): SizedMask[] => {
      const border = this.#borders.get(number);
      return border ? [{ ...border, number, style, box }] : [];
    });
    if (isAdded) this.#masks.add(known);
    else this.#masks.show(known, cover);
  }

  async #read(id: string): Promise<void> {
    const blob = this.#blobs.get(id);
    if (blob) this.#keep(id, await readSource(blob));
  }

  #keep(id: string, source: PhotoSource): void {
    const old = this.#sources.get(id);
    this.#sources.delete(id);
    this.#sources.set(id, source);
    if (old && old !== source) closeSource(old);
    for (const [other, { levels }] of [...this.#sources].slice(0, -MAX_SOURCES)) {
      if (other === this.#request?.photo?.id) continue;
      this.#sources.delete(other);
      closeSource({ levels });
    }
  }

  #draw(): void {
    const request = this.#request;
    const context = this.#out?.getContext("2d");
    if (!request || !this.#out || !context) return;
    const { frame, live, cornerRadius } = request;
    fitTo(this.#out, frame.width * frame.ratio, frame.height * frame.ratio);
    this.#drawPhoto(request);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = "copy";
    context.drawImage(this.#photo.canvas, 0, 0);
    context.globalCompositeOperation = "source-over";
    this.#masks.drawOn(context, frame);
    const swept = this.#swept(request);
    paintLive(context, frame, live, (mask) => this.#borders.get(mask)?.path, swept);
    if (cornerRadius > 0) cutCorners(context, frame, cornerRadius);
    if (swept !== null) {
      this.#animation ||= requestAnimationFrame(() => {
        this.#animation = 0;
        this.#draw();
      });
    }
  }

  /** Brings the picture of the photo up to date. */
  #drawPhoto({ photo, frame }: PaintRequest): void {
    const source = photo ? this.#sources.get(photo.id) : undefined;
    const shown = this.#photoShown;
    if (shown && shown.source === source && isSameFrame(shown.frame, frame)) return;
    const context = this.#photo.empty(frame);
    this.#photoShown = source ? { source, frame } : null;
    const { ratio, scale, left, top } = frame;
    const level = photo && source && levelFor(source, photo.width * scale * ratio);
    // A frame of a video may be gone by the time that this runs: its width is 0 then.
    if (!photo || !level?.width || !context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.imageSmoothingEnabled = scale < SQUARE_SCALE;
    context.imageSmoothingQuality = 2 * photo.width * scale * ratio < level.width ? "medium" : "low";
    context.drawImage(level, left, top, photo.width * scale, photo.height * scale);
  }

  /** How far the light has come round the newest mask. */
  #swept({ live }: PaintRequest): number | null {
    const item = live.find(({ kind }) => kind === "sweep");
    if (item?.kind !== "sweep") return null;
    if (item.mask !== this.#sweep.mask) this.#sweep = { mask: item.mask, since: performance.now() };
    const part = (performance.now() - this.#sweep.since) / SWEEP_MS;
    return part < 1 ? part : null;
  }
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    const due = setTimeout(resolve, FRAME_MS);
    requestAnimationFrame(() => {
      clearTimeout(due);
      resolve();
    });
  });
}
