import "@sam2js/element/define";

export { Sam2Error } from "@sam2js/core";
export { SegmentAnythingElement } from "@sam2js/element";
export { Mask, toPolygons, toSvgPath } from "@sam2js/masks";
export { default, default as nano } from "@sam2js/nano/q8";
export {
  AutoModelForMaskGeneration,
  ImageEmbeddings,
  pipeline,
  Sam2Model,
  segmentObjects,
} from "@sam2js/pipeline";
export { Sam2Processor } from "@sam2js/processor";
export { createWebRuntime } from "@sam2js/runtime-web";
