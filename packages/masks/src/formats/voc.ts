import { rleArea, rleBox } from "../masks/rle.js";
import type { LabelledImage } from "./labelled-image.js";
import { xmlText } from "./xml-text.js";

/**
 * The boxes of an image as a Pascal VOC file: the content of `Annotations/photo.xml`. Pixels count from 1, the last ones are inside. Masks of the
 * same image go beside it as {@link toClassMapPng} and {@link toLabelMapPng}. Empty masks are left out; an image without objects is a file without any.
 *
 * @param classes  names; each mask's class is a place in it
 * @see "The PASCAL Visual Object Classes Challenge 2012 Development Kit", §4
 */
export function toVoc(
  { fileName, size, masks, categories }: LabelledImage,
  classes: readonly string[],
): string {
  const [height, width] = size;
  const objects = masks.flatMap((mask, index) => {
    if (rleArea(mask) === 0) return [];
    const [x0, y0, x1, y1] = rleBox(mask);
    const isCut = x0 === 0 || y0 === 0 || x1 === width - 1 || y1 === height - 1;
    return [
      "  <object>",
      `    <name>${xmlText(classes[categories[index] ?? 0] ?? "")}</name>`,
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
