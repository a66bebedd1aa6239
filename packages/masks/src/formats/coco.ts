import { checkList, checkMembers, checkOptions, describeValue, InputError } from "@sam2js/core";
import { checkClasses, checkMaskSizes, checkOneEach } from "../masks/check-masks.js";
import { checkRle } from "../masks/check-rle.js";
import { rleArea, rleBox } from "../masks/rle.js";
import { type CompressedRle, compressRle } from "../masks/rle-string.js";
import type { Rle } from "../masks/run-lengths.js";
import type { MaskLike } from "./mask-like.js";
import { type PolygonOptions, toPolygons } from "./polygons.js";
import { share } from "./share.js";

/** COCO's uncompressed run lengths. */
export interface CocoRle {
  /** [height, width] in pixels. */
  readonly size: readonly [number, number];
  /** Run lengths column by column, pixels outside first. */
  readonly counts: number[];
}

/** How masks are written into a COCO file. */
export interface CocoOptions extends PolygonOptions {
  /**
   * `"rle"` (default): compressed run lengths. `"uncompressed"`: run lengths as numbers. `"polygon"`: polygons, with run lengths
   * where the mask has holes, since COCO's polygons cannot have any.
   */
  readonly segmentation?: "rle" | "uncompressed" | "polygon" | undefined;
}

/** One mask in a COCO file. `score` is that of COCO's results, the four after it are those of Meta's SA-1B; what is not known is missing. */
export interface CocoAnnotation {
  /** In a data set from 1, over all images. */
  readonly id: number;
  /** The `id` of its image. */
  readonly image_id: number;
  /** The `id` of its category. */
  readonly category_id: number;
  /** Run lengths, or polygons as lists of x, y, x, y, … in pixels; see {@link CocoOptions}. */
  readonly segmentation: CompressedRle | CocoRle | number[][];
  /** Pixels inside. */
  readonly area: number;
  /** [x, y, width, height] in pixels. */
  readonly bbox: readonly [number, number, number, number];
  /** One object, not a crowd; also where it is given by run lengths. */
  readonly iscrowd: 0;
  /** The model's own estimate of the mask's IoU with the object, 0 to 1. */
  readonly score?: number;
  /** The same number as `score`. */
  readonly predicted_iou?: number;
  /** How sure the model is that the object is seen, 0 to 1: of masks of videos. */
  readonly object_score?: number;
  /** Area above a raised threshold over area above a lowered one, 0 to 1. */
  readonly stability_score?: number;
  /** The click that the mask was found with, (x, y) in pixels; one entry. */
  readonly point_coords?: readonly (readonly [number, number])[];
  /** [x, y, width, height] in pixels. */
  readonly crop_box?: readonly [number, number, number, number];
  /** What the object is called, beside its category; CVAT keeps names here. */
  readonly attributes?: { readonly name: string };
}

/** An image and its masks, on the way into a COCO file. */
export interface CocoImageInput {
  /** As the file should name it. */
  readonly fileName: string;
  /** [height, width] in pixels. */
  readonly size: readonly [number, number];
  /** All of the image's size. */
  readonly masks: readonly MaskLike[];
  /** Index into `categories`, one per mask; all 0 without it. */
  readonly categories?: readonly number[] | undefined;
  /** What the objects are called, one name per mask. */
  readonly names?: readonly string[] | undefined;
}

/** A whole COCO file; its lists are in the order given. */
export interface CocoDataset {
  /** As given; empty otherwise. */
  readonly info: Readonly<Record<string, unknown>>;
  /** Always empty. */
  readonly licenses: readonly unknown[];
  /** Width and height in pixels. */
  readonly images: { id: number; file_name: string; width: number; height: number }[];
  /** One per mask, image by image. */
  readonly annotations: CocoAnnotation[];
  /** One per name given, or one "object". `supercategory` repeats the name. */
  readonly categories: { id: number; name: string; supercategory: string }[];
}

/** Run lengths as COCO's JSON has them: compressed to a string. */
export function toCocoRle(mask: Rle, form?: "compressed"): CompressedRle;
/** Run lengths as numbers; they are copied. */
export function toCocoRle(mask: Rle, form: "uncompressed"): CocoRle;
export function toCocoRle(
  mask: Rle,
  form: "compressed" | "uncompressed" = "compressed",
): CompressedRle | CocoRle {
  checkRle(mask);
  if (form !== "compressed" && form !== "uncompressed") {
    throw InputError.expected("form", '"compressed" or "uncompressed"', describeValue(form));
  }
  return form === "compressed"
    ? compressRle(mask)
    : { size: [mask.size[0], mask.size[1]], counts: Array.from(mask.counts) };
}

/** One annotation of a COCO file. Ids are the caller's. */
export function toCocoAnnotation(
  mask: MaskLike,
  ids: { readonly id: number; readonly imageId: number; readonly categoryId: number },
  options: CocoOptions = {},
): CocoAnnotation {
  checkOptions(options, ["segmentation", "tolerance", "minArea"], "toCocoAnnotation options");
  checkMembers(ids, "ids", "an object with id, imageId and categoryId", "id", "imageId", "categoryId");
  const area = rleArea(mask);
  const [x0, y0, x1, y1] = rleBox(mask);
  return {
    id: ids.id,
    image_id: ids.imageId,
    category_id: ids.categoryId,
    segmentation: segmentationOf(mask, options),
    area,
    bbox: area === 0 ? [0, 0, 0, 0] : [x0, y0, x1 - x0 + 1, y1 - y0 + 1],
    iscrowd: 0,
    ...(mask.score !== undefined && {
      score: share(mask.score),
      predicted_iou: share(mask.score),
    }),
    ...(mask.objectScore !== undefined && { object_score: share(mask.objectScore) }),
    ...(mask.stability !== undefined && { stability_score: mask.stability }),
    ...(mask.point && { point_coords: [mask.point] }),
    ...(mask.crop && { crop_box: extent(mask.crop) }),
  };
}

function extent([x0, y0, x1, y1]: readonly [number, number, number, number]) {
  return [x0, y0, x1 - x0, y1 - y0] as const;
}

function segmentationOf(
  mask: MaskLike,
  { segmentation, ...options }: CocoOptions,
): CocoAnnotation["segmentation"] {
  if (segmentation === "uncompressed") return toCocoRle(mask, "uncompressed");
  if (segmentation === "polygon") {
    const polygons = toPolygons(mask, options);
    if (polygons.every(({ holes }) => holes.length === 0)) return polygons.map(({ outer }) => [...outer]);
  }
  return toCocoRle(mask);
}

/**
 * A whole COCO file, ready for `JSON.stringify`. Images, annotations and categories are numbered from 1.
 *
 * @param options  `categories` are names; one category "object" without it
 */
export function toCocoDataset(
  images: readonly CocoImageInput[],
  options: CocoOptions & {
    readonly categories?: readonly string[] | undefined;
    readonly info?: Readonly<Record<string, unknown>> | undefined;
  } = {},
): CocoDataset {
  checkOptions(
    options,
    ["segmentation", "tolerance", "minArea", "categories", "info"],
    "toCocoDataset options",
  );
  checkList(images, "images", "a list of images with masks");
  const { categories = ["object"], info = {}, ...forms } = options;
  const annotations: CocoAnnotation[] = [];
  images.forEach((image, index) => {
    checkMembers(image, `images[${index}]`, "an image with fileName, size and masks", "masks");
    checkMaskSizes(image.masks, image.size);
    checkClasses(image.categories, image.masks, categories.length);
    checkOneEach(image.names, image.masks, "names");
    image.masks.forEach((mask, i) => {
      const ids = {
        id: annotations.length + 1,
        imageId: index + 1,
        categoryId: (image.categories?.[i] ?? 0) + 1,
      };
      const name = image.names?.[i];
      annotations.push({ ...toCocoAnnotation(mask, ids, forms), ...(name && { attributes: { name } }) });
    });
  });
  return {
    info,
    licenses: [],
    images: images.map(({ fileName, size: [height, width] }, index) => ({
      id: index + 1,
      file_name: fileName,
      width,
      height,
    })),
    annotations,
    categories: categories.map((name, index) => ({
      id: index + 1,
      name,
      supercategory: name,
    })),
  };
}
