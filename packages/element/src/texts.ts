/** What the element says to people and to screen readers. */
export interface ElementTexts {
  /** The name of a picture without `alt` or label. */
  readonly picture: string;
  /** What kind of thing the picture is. */
  readonly role: string;
  /** How it is used, for screen readers. */
  readonly help: string;
  /** While the model is fetched; `percent` is undefined where it is unknown. */
  readonly loading: (percent: number | undefined) => string;
  /** While the model looks at the picture. */
  readonly encoding: string;
  /** When clicks are answered. */
  readonly ready: string;
  /** When there is a mask: its part of the picture, and how sure the model is, both 0 to 100. */
  readonly found: (percent: number, surePercent: number) => string;
  /** When the mask is gone. */
  readonly cleared: string;
  /** Where the keyboard's cursor is, in pixels of the picture. */
  readonly cursor: (x: number, y: number) => string;
  /** When one corner of a box is set by the keyboard. */
  readonly corner: string;
  /** Of a form that needs a mask. */
  readonly required: string;
}

export const ENGLISH: ElementTexts = {
  picture: "Picture",
  role: "picture to segment",
  help:
    "Arrow keys move the cursor, with Shift in large steps. Enter marks a point of the object, minus a point outside it. " +
    "B sets the corners of a box. Backspace undoes the last step, Delete all of them.",
  loading: (percent) => `Loading the model${percent === undefined ? "" : `, ${percent} %`} …`,
  encoding: "Looking at the picture …",
  ready: "Click on an object.",
  found: (percent, sure) => `The mask covers ${percent} % of the picture; the model is ${sure} % sure.`,
  cleared: "No mask.",
  cursor: (x, y) => `${x}, ${y}`,
  corner: "First corner set. Move to the opposite corner and press B again.",
  required: "Click on an object in the picture.",
};
