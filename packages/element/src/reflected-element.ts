import type { SegmentAnythingEventMap } from "./mask-detail.js";

/** On a server there are no elements; the module can be imported there all the same. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/** Properties that are attributes, and events by name. */
export class ReflectedElement extends Base {
  /** Address of the picture; the attribute of the same name. Setting it drops `image`. */
  get src(): string {
    return this.getAttribute("src") ?? "";
  }
  set src(value: string) {
    this.setAttribute("src", value);
  }

  /** What the picture shows, for those who do not see it: the element's accessible name. */
  get alt(): string {
    return this.getAttribute("alt") ?? "";
  }
  set alt(value: string) {
    this.setAttribute("alt", value);
  }

  /** What a plain click or Enter is: `"include"` (the default), `"exclude"`, or `"box"`, in which only drags count, so that fingers can draw. */
  get mode(): "include" | "exclude" | "box" {
    const mode = this.getAttribute("mode");
    return mode === "exclude" || mode === "box" ? mode : "include";
  }
  set mode(mode: "include" | "exclude" | "box") {
    this.setAttribute("mode", mode);
  }

  /** The name of the form control. */
  get name(): string {
    return this.getAttribute("name") ?? "";
  }
  set name(name: string) {
    this.setAttribute("name", name);
  }

  /** Whether clicks and keys are ignored. */
  get disabled(): boolean {
    return this.hasAttribute("disabled");
  }
  set disabled(isDisabled: boolean) {
    this.toggleAttribute("disabled", isDisabled);
  }

  /** Whether a form cannot be sent without a mask. */
  get required(): boolean {
    return this.hasAttribute("required");
  }
  set required(isRequired: boolean) {
    this.toggleAttribute("required", isRequired);
  }

  /** As of any element, with the events of this one. */
  override addEventListener<K extends keyof SegmentAnythingEventMap>(
    type: K,
    listener: (this: this, event: SegmentAnythingEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: unknown,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener as EventListener, options);
  }
}
