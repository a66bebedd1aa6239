import { checkOptions, checkTexts } from "@sam2js/core";
import { checkClasses, checkMasks } from "../masks/check-masks.js";
import type { Rle } from "../masks/run-lengths.js";
import { joinRings } from "./join-rings.js";
import { numberText } from "./number-text.js";
import { type PolygonOptions, toPolygons } from "./polygons.js";

/** Classes of the masks, and how exactly their borders are followed (`tolerance` is 1 by default here). */
export interface YoloOptions extends PolygonOptions {
  /** Class index of each mask; all 0 without it. */
  readonly classes?: readonly number[] | undefined;
}

/** Where images lie, by the data set's folder. */
export interface YoloFolders {
  /** Default `images/train`. */
  readonly train?: string | undefined;
  /** Default `images/val`. */
  readonly val?: string | undefined;
}

/**
 * The content of Ultralytics' `data.yaml`: where the images lie, and the classes by number. Labels are looked for in `labels/` where images lie in `images/`.
 *
 * @param names  of the classes, in the order of their numbers
 */
export function toYoloDataYaml(names: readonly string[], options: YoloFolders = {}): string {
  checkOptions(options, ["train", "val"], "toYoloDataYaml options");
  checkTexts(names, "names", "a list of names");
  const { train = "images/train", val = "images/val" } = options;
  // A JSON string is one of YAML too.
  const listed = names.map((name, index) => `  ${index}: ${JSON.stringify(name)}\n`).join("");
  return `path: .\ntrain: ${JSON.stringify(train)}\nval: ${JSON.stringify(val)}\nnames:\n${listed}`;
}

/**
 * Masks as lines of a YOLO segmentation label file: class, then x y of each corner as a share of width and height, 0 to 1. One line
 * per mask: parts and holes are joined by bridges of no width. Empty masks have no line.
 *
 * @param options.tolerance  in pixels; default 1 here, since the format is one of approximate polygons
 */
export function toYoloSegmentation(masks: readonly Rle[], options: YoloOptions = {}): string {
  checkOptions(options, ["tolerance", "minArea", "classes"], "toYoloSegmentation options");
  const { tolerance = 1, minArea, classes } = options;
  checkMasks(masks);
  checkClasses(classes, masks);
  let text = "";
  masks.forEach((mask, index) => {
    const [height, width] = mask.size;
    const ring = joinRings(toPolygons(mask, { tolerance, minArea }));
    if (ring.length === 0) return;
    const shares = ring.map((value, i) => numberText(value / (i % 2 ? height : width), 6));
    text += `${classes?.[index] ?? 0} ${shares.join(" ")}\n`;
  });
  return text;
}
