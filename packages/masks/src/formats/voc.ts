import { checkMembers, checkTexts, type PngSource } from "@sam2js/core";
import { checkClasses, checkMaskSizes, checkMasks } from "../masks/check-masks.js";
import { rleArea, rleBox } from "../masks/rle.js";
import type { Rle } from "../masks/run-lengths.js";
import type { LabelledImage } from "./labelled-image.js";
import { maskColor } from "./palette.js";
import { toLabelMapPng } from "./png.js";
import { xmlText } from "./xml-text.js";

/**
 * The boxes of an image as a Pascal VOC file: the content of `Annotations/photo.xml`. Pixels count from 1, the last ones are inside. Masks of the
 * same image go beside it as {@link toClassMapPng} and {@link toVocObjectPngs}. Empty masks are left out; an image without objects is a file without any.
 *
 * @param classes  names; each mask's class is a place in it
 * @see "The PASCAL Visual Object Classes Challenge 2012 Development Kit", §4
 */
export function toVoc(image: LabelledImage, classes: readonly string[]): string {
  checkMembers(image, "image", "an image with fileName, size, masks and categories", "masks");
  checkTexts(classes, "classes", "a list of names");
  const { fileName, size, masks, categories } = image;
  checkMaskSizes(masks, size);
  checkClasses(categories, masks, classes.length);
  const [height, width] = size;
  const objects = masks.flatMap((mask, index) => {
    if (rleArea(mask) === 0) return [];
    const [x0, y0, x1, y1] = rleBox(mask);
    const isCut = x0 === 0 || y0 === 0 || x1 === width - 1 || y1 === height - 1;
    return [
      "  <object>",
      `    <name>${xmlText(classes[categories[index]!]!)}</name>`,
      "    <pose>Unspecified</pose>",
      `    <truncated>${isCut ? 1 : 0}</truncated>`,
      "    <difficult>0</difficult>",
      `    <bndbox><xmin>${x0 + 1}</xmin><ymin>${y0 + 1}</ymin><xmax>${x1 + 1}</xmax><ymax>${y1 + 1}</ymax></bndbox>`,
      "  </object>",
    ];
  });
  const lines = [
    "<annotation>",
    `  <filename>${xmlText(fileName)}</filename>`,
    `  <size><width>${width}</width><height>${height}</height><depth>3</depth></size>`,
    `  <segmented>${objects.length > 0 ? 1 : 0}</segmented>`,
    ...objects,
    "</annotation>",
  ];
  return `${lines.join("\n")}\n`;
}

/** Index 255 is the void along borders. */
const MOST_OBJECTS = 254;

/**
 * The masks of an image as Pascal VOC's `SegmentationObject` has them: 1 + the mask's place in the list, in the colours of its own palette, by which
 * programs tell objects apart. As many maps as they need, 254 masks to each; where masks overlap the smaller one shows.
 *
 * @param size  [height, width] in pixels
 * @throws {InputError} a mask has another size
 */
export function toVocObjectPngs(masks: readonly Rle[], size: readonly [number, number]): PngSource[] {
  checkMasks(masks);
  const maps: PngSource[] = [];
  for (let at = 0; at === 0 || at < masks.length; at += MOST_OBJECTS) {
    const some = masks.slice(at, at + MOST_OBJECTS);
    const colors = Array.from({ length: some.length + 1 }, (_, index) => vocColor(index));
    maps.push({ ...toLabelMapPng(some, size), palette: Uint8Array.from(colors.flat()) });
  }
  return maps;
}

/**
 * The content of a `labelmap.txt`: names and colours of the values of a class map, as the VOC formats of CVAT and Datumaro read them.
 *
 * @param classes  names in the order of their numbers; the first is value 1 of the map
 */
export function toVocLabelMap(classes: readonly string[]): string {
  checkTexts(classes, "classes", "a list of names");
  const lines = classes.map((name, i) => `${name.replace(/[:\r\n]+/g, " ")}:${maskColor(i).join(",")}::`);
  return ["# label:color_rgb:parts:actions", "background:0,0,0::", ...lines]
    .map((line) => `${line}\n`)
    .join("");
}

/** Bits 0, 3 and 6 of the index are the highest ones of red, 1, 4 and 7 of green, 2 and 5 of blue. */
function vocColor(index: number): number[] {
  const color = [0, 0, 0];
  for (let bit = 0; bit < 8; bit += 1) color[bit % 3]! |= ((index >> bit) & 1) << (7 - Math.floor(bit / 3));
  return color;
}
