import type { ModelReference } from "@sam2js/checkpoint";
import { fetchImage, InputError, type Runtime } from "@sam2js/core";
import { type Mask, toPolygons } from "@sam2js/masks";
import nano from "@sam2js/nano/q8";
import { type CutOutOptions, cutOut } from "./cut-out.js";
import type { MaskDetail, SegmentAnythingEventMap } from "./mask-detail.js";
import { pageModels } from "./model/page-models.js";
import { Session } from "./model/session.js";
import { checkPrompt, type ElementPrompt, isEmpty, NO_PROMPT, withBox, withPoint } from "./prompt/prompt.js";
import { PromptHistory } from "./prompt/prompt-history.js";
import { ReflectedElement } from "./reflected-element.js";
import { type ElementTexts, ENGLISH } from "./texts.js";
import { listenToKeys } from "./view/listen-to-keys.js";
import { listenToPointer } from "./view/listen-to-pointer.js";
import { PictureView } from "./view/picture-view.js";
import type { Prompter } from "./view/prompter.js";
import { type DisplayableImage, toBitmap } from "./view/to-bitmap.js";

/** Attributes that are read when they change. */
const OBSERVED = ["src", "model", "alt", "aria-label", "disabled", "required"];
/** Properties that a framework may have set before the element was known. */
const EARLY = ["src", "image", "model", "runtime", "texts", "alt", "mode", "name"] as const;

/**
 * `<segment-anything src="photo.jpg">`: shows a picture, takes clicks and boxes, and gives the mask of the object, in the page itself.
 *
 * A click is a point of the object, with Alt or by the right button one outside it; a drag is a box. Everything works by keyboard too. In a form,
 * its value is the mask as JSON.
 *
 * @fires mask, change, ready, progress, error; see {@link SegmentAnythingEventMap}
 */
export class SegmentAnythingElement extends ReflectedElement {
  /** The element is a form control. */
  static readonly formAssociated: boolean = true;
  /** Attributes that the browser reports. */
  static readonly observedAttributes: readonly string[] = OBSERVED;

  readonly #internals: ElementInternals;
  readonly #view: PictureView;
  readonly #history = new PromptHistory();
  #image: DisplayableImage | undefined;
  #model: ModelReference | undefined;
  #runtime: Runtime | undefined;
  #texts = ENGLISH;
  #session: Session | undefined;
  #mask: Mask | undefined;
  /** Counts pictures and models: what an earlier one still brings is dropped. */
  #generation = 0;
  #isDisabled = false;
  #willOpen = false;

  constructor() {
    super();
    this.#internals = this.attachInternals();
    this.#view = new PictureView(this.attachShadow({ mode: "open", delegatesFocus: true }));
    const isActive = () => !this.#isDisabled && this.#view.size[0] > 0;
    const prompter: Prompter = {
      point: (at, kind) => this.#usePointer(at, kind),
      box: (box) => this.#push(withBox(this.prompt, box)),
      undo: () => this.undo(),
      clear: () => this.clear(),
    };
    listenToPointer(this.#view, isActive, prompter);
    listenToKeys(this.#view, isActive, () => this.#texts, prompter);
  }

  /** The picture itself instead of its address: a `File`, an image element, a canvas, a frame of a video, pixels. */
  get image(): DisplayableImage | undefined {
    return this.#image;
  }
  set image(image: DisplayableImage | undefined | null) {
    this.#image = image ?? undefined;
    this.#openSoon();
  }

  /** The model: an id on the Hub or a URL (as in the attribute), or whatever `fromPretrained` takes. By default nano, which is in the package. */
  get model(): ModelReference {
    return this.#model ?? this.getAttribute("model") ?? nano;
  }
  set model(model: ModelReference | undefined | null) {
    this.#model = model ?? undefined;
    this.#openSoon();
  }

  /** Computes instead of the runtime that all elements of the page share; it stays the caller's. */
  get runtime(): Runtime | undefined {
    return this.#runtime;
  }
  set runtime(runtime: Runtime | undefined | null) {
    this.#runtime = runtime ?? undefined;
    this.#openSoon();
  }

  /** What the element says, in another language. Texts that are left out stay English. */
  get texts(): ElementTexts {
    return this.#texts;
  }
  set texts(texts: Partial<ElementTexts>) {
    this.#texts = { ...ENGLISH, ...texts };
    this.#describe();
  }

  /** The form that the element belongs to. */
  get form(): HTMLFormElement | null {
    return this.#internals.form;
  }

  /** The value in a form: the mask as JSON with COCO's compressed run lengths, as `Mask.fromJSON` of `@sam2js/masks` reads it; `""` without one. */
  get value(): string {
    return this.#mask ? JSON.stringify(this.#mask) : "";
  }

  /** The mask as run lengths; undefined without one. */
  get mask(): Mask | undefined {
    return this.#mask;
  }

  /** What the mask is asked for with. {@link segment} sets it. */
  get prompt(): ElementPrompt {
    return this.#history.current;
  }

  /**
   * Asks for the mask of a prompt, as if it had been clicked.
   *
   * @param prompt  points and box in pixels of the picture; without labels all points are inside
   * @returns       the mask; undefined for an empty prompt, or when another prompt came before this one's turn
   * @throws {InputError} it is no prompt, or there is no picture
   */
  async segment(prompt: Partial<ElementPrompt>): Promise<Mask | undefined> {
    const checked = checkPrompt(prompt);
    if (!this.#session && !this.#willOpen)
      throw InputError.expected(
        "segment",
        "a picture",
        "none",
        "set src or image, and put the element into the page",
      );
    this.#show(checked);
    return this.#answer();
  }

  /** Takes the last click or box back. Does nothing where there is none. */
  undo(): void {
    if (this.#history.undo()) this.#ask();
  }

  /** Removes all clicks and the mask; {@link undo} brings them back. */
  clear(): void {
    if (this.prompt !== NO_PROMPT) this.#push(NO_PROMPT);
  }

  /**
   * The object alone, on transparent ground.
   *
   * @returns a canvas as large as the object's box, in pixels of the picture
   * @throws {InputError} there is no mask
   */
  toCanvas(options: CutOutOptions = {}): HTMLCanvasElement {
    if (!this.#mask) throw InputError.expected("mask", "one to cut out", "none", "wait for the event mask");
    return cutOut(this.#view.canvas, this.#mask, options);
  }

  /** As {@link toCanvas}, as a file. @throws {InputError} there is no mask, or the browser cannot write this type */
  async toBlob(options: CutOutOptions = {}): Promise<Blob> {
    const canvas = this.toCanvas(options);
    const { type = "image/png", quality } = options;
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
    if (blob) return blob;
    throw InputError.expected("type", "a type of image that this browser writes", type);
  }

  /** Lets go of picture and model. The element does it by itself when it is taken out of the page; back in the page it begins anew. */
  dispose(): void {
    this.#generation += 1;
    this.#session?.close();
    this.#session = undefined;
  }

  /** Called by the browser. */
  connectedCallback(): void {
    for (const name of EARLY) this.#takeEarly(name);
    this.#describe();
    if (!this.#session) this.#openSoon();
  }

  /** Called by the browser. An element that only moves keeps its picture. */
  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (!this.isConnected) this.dispose();
    });
  }

  /** Called by the browser. */
  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) return;
    if (name === "src") this.#image = undefined;
    if (name === "model") this.#model = undefined;
    if (name === "src" || name === "model") this.#openSoon();
    else this.#describe();
  }

  /** Called by the browser when the control or its fieldset is disabled. */
  formDisabledCallback(isDisabled: boolean): void {
    this.#isDisabled = isDisabled;
    this.#view.enable(!isDisabled);
  }

  /** Called by the browser when the form is reset. */
  formResetCallback(): void {
    this.#history.reset();
    this.#ask();
  }

  /** Called by the browser when it restores a form: the clicks come back, and the mask is asked for again. */
  formStateRestoreCallback(state: unknown): void {
    if (typeof state !== "string" || state === "") return;
    this.#show(checkPrompt(JSON.parse(state) as Partial<ElementPrompt>));
    this.#ask();
  }

  #usePointer(at: readonly [number, number], kind: "include" | "exclude" | "mode"): void {
    if (kind === "mode" && this.mode === "box") return;
    const isInside = kind === "include" || (kind === "mode" && this.mode === "include");
    this.#push(withPoint(this.prompt, at, isInside));
  }

  #push(prompt: ElementPrompt): void {
    this.#show(prompt);
    this.#ask();
  }

  #show(prompt: ElementPrompt): void {
    this.#history.push(prompt);
    this.#view.showPrompt(prompt);
  }

  /** An answer that nobody waits for; what goes wrong is told by the event. */
  #ask(): void {
    this.#view.showPrompt(this.prompt);
    this.#answer().catch(() => undefined);
  }

  async #answer(): Promise<Mask | undefined> {
    const generation = this.#generation;
    const prompt = this.prompt;
    if (isEmpty(prompt)) {
      this.#setMask(undefined);
      return undefined;
    }
    try {
      const mask = await this.#session?.ask(prompt);
      if (generation !== this.#generation || prompt !== this.prompt) return undefined;
      if (mask) this.#setMask(mask);
      return mask;
    } catch (error) {
      this.#fail(error, generation);
      throw error;
    }
  }

  #setMask(mask: Mask | undefined): void {
    if (mask === this.#mask) return;
    this.#mask = mask;
    this.#view.showMask(mask);
    this.#report();
    const { found, cleared } = this.#texts;
    const [width, height] = this.#view.size;
    const part = Math.round((100 * (mask?.area ?? 0)) / Math.max(1, width * height));
    this.#view.say(mask ? found(part, Math.round(100 * (mask.score ?? 0))) : cleared);
    const detail: MaskDetail = {
      mask,
      score: mask?.score,
      get polygons() {
        return mask ? toPolygons(mask) : [];
      },
      prompt: this.prompt,
    };
    this.#tell("mask", detail);
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Attributes that come together, or before the element is in the page, open one picture. */
  #openSoon(): void {
    if (this.#willOpen) return;
    this.#willOpen = true;
    queueMicrotask(() => {
      this.#willOpen = false;
      if (this.isConnected) void this.#open();
    });
  }

  async #open(): Promise<void> {
    this.dispose();
    const generation = this.#generation;
    const isCurrent = () => generation === this.#generation;
    // The clicks belong to the picture that was there before. Of a form that is being restored they come after this.
    if (this.#mask) this.#history.reset();
    this.#view.showPrompt(this.prompt);
    this.#setMask(undefined);
    if (!this.#image && !this.src) return this.#view.showPicture(undefined);
    const { loading, encoding, ready } = this.#texts;
    this.#view.say(loading(undefined));
    try {
      const image = this.#image ?? new Blob([(await fetchImage(this.src, undefined)) as BlobPart]);
      const picture = await toBitmap(image);
      if (!isCurrent()) return picture.close();
      this.#view.showPicture(picture);
      const { width, height } = picture;
      // A file is read by the model as it is; of everything else these are the pixels.
      const source = image instanceof Blob ? image : this.#view.canvas;
      picture.close();
      const lease = pageModels.lease(this.model, this.#runtime, (event) => {
        if (!isCurrent()) return;
        const percent = event.total ? Math.floor((100 * event.done) / event.total) : undefined;
        if (event.phase === "download") this.#view.say(loading(percent));
        this.#tell("progress", event);
      });
      const session = new Session(
        lease,
        { source, width, height },
        () => isCurrent() && this.#view.say(encoding),
      );
      this.#session = session;
      if (!isEmpty(this.prompt)) this.#ask();
      await session.ready;
      if (!isCurrent()) return;
      if (isEmpty(this.prompt)) this.#view.say(ready);
      this.#tell("ready", { width, height });
    } catch (error) {
      this.#fail(error, generation);
    }
  }

  #fail(error: unknown, generation: number): void {
    if (generation !== this.#generation) return;
    const told = error instanceof Error ? error : new InputError(String(error), { cause: error });
    this.#view.say(told.message);
    this.#tell("error", told);
  }

  #tell<K extends "mask" | "ready" | "progress" | "error">(
    type: K,
    detail: SegmentAnythingEventMap[K]["detail"],
  ): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** The accessible name, and what the form is told. */
  #describe(): void {
    const labels = [...this.#internals.labels].map(({ textContent }) => textContent?.trim());
    const name = this.getAttribute("aria-label") || labels.filter(Boolean).join(" ") || this.alt;
    this.#view.name(name || this.#texts.picture, this.#texts.role, this.#texts.help);
    this.#report();
  }

  #report(): void {
    const state = isEmpty(this.prompt) ? "" : JSON.stringify(this.prompt);
    this.#internals.setFormValue(this.#mask ? this.value : null, state);
    if (this.required && !this.#mask)
      this.#internals.setValidity({ valueMissing: true }, this.#texts.required, this.#view.stage);
    else this.#internals.setValidity({});
  }

  /** A property that was set before the element was known hides the one of the class. */
  #takeEarly(name: (typeof EARLY)[number]): void {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    delete (this as Partial<Record<typeof name, unknown>>)[name];
    Object.assign(this, { [name]: value });
  }
}
