export { type CutOut, type CutOutGround, type CutOutOptions, cutOut, toCutOut } from "./cut-outs/cut-out.js";
export { mainSubject } from "./cut-outs/main-subject.js";
export type { MaskPixels } from "./files/mask-pixels.js";
export { type LabelMap, type MaskFileOptions, readLabels } from "./files/read-labels.js";
export { type MaskFile, type ReadMaskOptions, readMask } from "./files/read-mask.js";
export { type ClassTable, classTable, toClassesText } from "./formats/classes.js";
export {
  type CocoAnnotation,
  type CocoDataset,
  type CocoImageInput,
  type CocoOptions,
  type CocoRle,
  toCocoAnnotation,
  toCocoDataset,
  toCocoRle,
} from "./formats/coco.js";
export { fromCvatMask, toCvatMask } from "./formats/cvat.js";
export { toCvatXml } from "./formats/cvat-xml.js";
export { erodeRle, outlineRle } from "./formats/erode.js";
export {
  type GeoJsonFeature,
  type GeoJsonFeatureCollection,
  type GeoJsonOptions,
  toGeoJson,
  toGeoJsonFeature,
} from "./formats/geojson.js";
export {
  fromLabelStudioRle,
  type LabelStudioOptions,
  type LabelStudioResult,
  toLabelStudioResults,
  toLabelStudioRle,
} from "./formats/label-studio.js";
export type { LabelledImage } from "./formats/labelled-image.js";
export type { MaskLike } from "./formats/mask-like.js";
export { toNpy } from "./formats/npy.js";
export { drawOverlay, type OverlayOptions } from "./formats/overlay.js";
export { hexColor, maskColor, parseHexColor, type Rgb } from "./formats/palette.js";
export { toClassMapPng, toLabelMap, toLabelMapPng, toLabelMapPngs, toMaskPng } from "./formats/png.js";
export {
  type MaskPolygon,
  type PolygonOptions,
  type Ring,
  ringArea,
  toPolygons,
} from "./formats/polygons.js";
export { splitNames } from "./formats/split.js";
export { type SvgOptions, toSvg, toSvgPath } from "./formats/svg.js";
export { type MaskFrame, toMot, toVideoCoco, type VideoCocoDataset } from "./formats/video.js";
export { toVoc, toVocLabelMap, toVocObjectPngs } from "./formats/voc.js";
export { toYoloDataYaml, toYoloSegmentation, type YoloFolders, type YoloOptions } from "./formats/yolo.js";
export {
  type AnnotatedImage,
  type AnnotatedObject,
  type AnnotatedShape,
  shapeBox,
  shapeMask,
} from "./imports/annotated-image.js";
export type { ReadAnnotations } from "./imports/annotations.js";
export { fillRings } from "./imports/fill-rings.js";
export { type FoundImage, ImageNames } from "./imports/image-names.js";
export { readCoco } from "./imports/read-coco.js";
export {
  type DataSet,
  type DataSetFile,
  type DataSetOptions,
  isAnnotationFile,
  readDataSet,
} from "./imports/read-data-set.js";
export { readLabelStudio } from "./imports/read-label-studio.js";
export { type MaskRegion, type MaskRegions, readMaskRegions } from "./imports/read-mask-regions.js";
export { readClassesText, readYoloLabels, readYoloNames } from "./imports/read-yolo.js";
export { bestMasks } from "./masks/best-masks.js";
export { type CleanLogitsOptions, cleanLogits, fillHoles } from "./masks/clean-components.js";
export { cleanMasks } from "./masks/clean-masks.js";
export { type CropBox, type CropBoxesOptions, generateCropBoxes } from "./masks/crop-boxes.js";
export { type FilterMasksOptions, filterMasks, postProcessForMaskGeneration } from "./masks/filter-masks.js";
export { Mask, type MaskFacts, type MaskJson } from "./masks/mask.js";
export { MaskTracer, traceMask } from "./masks/mask-tracer.js";
export { nonMaxSuppression } from "./masks/non-max-suppression.js";
export { paintRle } from "./masks/paint-rle.js";
export { rleArea, rleBox, rleFromBitmap, rleToBitmap } from "./masks/rle.js";
export { combineRle, rleIou } from "./masks/rle-operations.js";
export { type CompressedRle, compressRle, decompressRle } from "./masks/rle-string.js";
export { cropRle, padRle } from "./masks/rle-window.js";
export type { MaskBox, Rle } from "./masks/run-lengths.js";
export { invertRle, removeSmallRegions } from "./masks/small-regions.js";
export { planUpsample, type UpsamplePlan, upsampleLogits } from "./masks/upsample-logits.js";
