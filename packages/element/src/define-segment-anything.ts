import { SegmentAnythingElement } from "./segment-anything-element.js";

/** The usual name of the element. */
export const SEGMENT_ANYTHING = "segment-anything";

/**
 * Makes the element known to the page. A name that is taken already is left alone, and where there is no page (on a server) nothing happens.
 *
 * @param name  of the tag, with a hyphen
 */
export function defineSegmentAnything(name: string = SEGMENT_ANYTHING): void {
  const registry = globalThis.customElements;
  // A class can stand for one name only.
  if (registry && !registry.get(name)) registry.define(name, class extends SegmentAnythingElement {});
}

declare global {
  interface HTMLElementTagNameMap {
    "segment-anything": SegmentAnythingElement;
  }
}
