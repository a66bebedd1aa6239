export type { CutOutOptions } from "./cut-out.js";
export { defineSegmentAnything, SEGMENT_ANYTHING } from "./define-segment-anything.js";
export type { MaskDetail, SegmentAnythingEventMap } from "./mask-detail.js";
export type { Box, ElementPrompt, Point } from "./prompt/prompt.js";
export { SegmentAnythingElement } from "./segment-anything-element.js";
export type { ElementTexts } from "./texts.js";
export type { DisplayableImage } from "./view/to-bitmap.js";
