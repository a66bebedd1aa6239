import { type Mask, toSvgPath } from "@sam2js/masks";
import type { Box, ElementPrompt, Point } from "../prompt/prompt.js";
import { CSS } from "./styles.js";

const SVG = "http://www.w3.org/2000/svg";

/** What the element shows: the picture, its mask, the prompts, and one line of text. */
export class PictureView {
  /** Takes the focus, the clicks and the keys. */
  readonly stage: HTMLElement;
  /** The picture's own pixels. */
  readonly canvas: HTMLCanvasElement;
  readonly #document: Document;
  readonly #svg: SVGElement;
  readonly #path: SVGElement;
  readonly #marks: HTMLElement;
  readonly #cursor: HTMLElement;
  readonly #drag: HTMLElement;
  readonly #help: HTMLElement;
  readonly #status: HTMLElement;

  constructor(root: ShadowRoot) {
    this.#document = root.ownerDocument;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    this.stage = this.#part("div", "stage");
    this.stage.className = "stage";
    this.stage.tabIndex = 0;
    this.stage.role = "application";
    this.canvas = this.#part("canvas", "picture") as HTMLCanvasElement;
    // As wide as a picture may be before there is one.
    Object.assign(this.canvas, { width: 640, height: 360, hidden: true });
    this.#svg = this.#document.createElementNS(SVG, "svg");
    this.#svg.setAttribute("aria-hidden", "true");
    this.#path = this.#document.createElementNS(SVG, "path");
    this.#path.setAttribute("part", "mask");
    this.#path.setAttribute("fill-rule", "evenodd");
    this.#svg.append(this.#path);
    this.#marks = this.#document.createElement("div");
    this.#drag = this.#part("div", "box");
    this.#cursor = this.#part("div", "cursor");
    this.#help = this.#document.createElement("p");
    this.#help.className = "help";
    this.#help.id = "help";
    this.#status = this.#part("output", "status");
    this.stage.setAttribute("aria-describedby", "help");
    this.stage.append(this.canvas, this.#svg, this.#marks, this.#drag, this.#cursor);
    root.append(this.stage, this.#help, this.#status);
    this.showCursor(undefined);
    this.showDrag(undefined);
  }

  /** [width, height] of the picture in pixels; [0, 0] without one. */
  get size(): readonly [number, number] {
    return this.canvas.hidden ? [0, 0] : [this.canvas.width, this.canvas.height];
  }

  /** Says what the picture is, what it is for and how it is used. */
  name(label: string, role: string, help: string): void {
    this.stage.setAttribute("aria-label", label);
    this.stage.setAttribute("aria-roledescription", role);
    this.#help.textContent = help;
  }

  enable(isEnabled: boolean): void {
    this.stage.tabIndex = isEnabled ? 0 : -1;
    this.stage.setAttribute("aria-disabled", String(!isEnabled));
  }

  showPicture(picture: ImageBitmap | undefined): void {
    this.canvas.hidden = picture === undefined;
    if (!picture) return;
    const { width, height } = picture;
    Object.assign(this.canvas, { width, height });
    this.canvas.getContext("2d", { willReadFrequently: true })?.drawImage(picture, 0, 0);
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }

  showMask(mask: Mask | undefined): void {
    this.#path.setAttribute("d", mask ? toSvgPath(mask) : "");
  }

  showPrompt({ points, labels, box }: ElementPrompt): void {
    const marks = points.map((point, index) => {
      const mark = this.#part("div", `point ${labels[index] === 1 ? "include" : "exclude"}`);
      this.#place(mark, point);
      return mark;
    });
    const frame = box ? [this.#part("div", "box")] : [];
    if (box && frame[0]) this.#placeBox(frame[0], box);
    this.#marks.replaceChildren(...frame, ...marks);
  }

  showCursor(point: Point | undefined): void {
    this.#cursor.hidden = point === undefined;
    if (point) this.#place(this.#cursor, point);
  }

  /** The box that is being drawn. */
  showDrag(box: Box | undefined): void {
    this.#drag.hidden = box === undefined;
    if (box) this.#placeBox(this.#drag, box);
  }

  /** Also read out by screen readers. */
  say(text: string): void {
    this.#status.textContent = text;
  }

  /** A place of the page in pixels of the picture, inside of it; undefined without a picture. */
  toPicture({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }): Point | undefined {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    if (width === 0 || height === 0) return undefined;
    const along = (at: number, size: number) => Math.min(Math.max(at, 0), 1) * size;
    return [
      along((clientX - left) / width, this.canvas.width),
      along((clientY - top) / height, this.canvas.height),
    ];
  }

  #part(tag: string, part: string): HTMLElement {
    const element = this.#document.createElement(tag);
    element.setAttribute("part", part);
    return element;
  }

  #place({ style }: HTMLElement, [x, y]: Point): void {
    style.left = percent(x / this.canvas.width);
    style.top = percent(y / this.canvas.height);
  }

  #placeBox(element: HTMLElement, [x0, y0, x1, y1]: Box): void {
    this.#place(element, [Math.min(x0, x1), Math.min(y0, y1)]);
    element.style.width = percent(Math.abs(x1 - x0) / this.canvas.width);
    element.style.height = percent(Math.abs(y1 - y0) / this.canvas.height);
  }
}

function percent(part: number): string {
  return `${100 * part}%`;
}
