import { checkList, checkMembers, checkTexts } from "@sam2js/core";
import { checkClasses, checkMaskSizes } from "../masks/check-masks.js";
import { rleArea } from "../masks/rle.js";
import { toCvatMask } from "./cvat.js";
import type { LabelledImage } from "./labelled-image.js";
import { hexColor, maskColor } from "./palette.js";
import { xmlText } from "./xml-text.js";

/**
 * Images and their masks as CVAT's own XML, "CVAT for images 1.1", to be imported into a task of these images. Empty masks are left out.
 *
 * @param classes  names; they are the task's labels, each with a colour of its own
 * @see https://docs.cvat.ai/docs/dataset_management/formats/format-cvat/
 */
export function toCvatXml(images: readonly LabelledImage[], classes: readonly string[]): string {
  checkTexts(classes, "classes", "a list of names");
  checkList(images, "images", "a list of images with masks");
  const labels = classes.map(
    (name, index) =>
      `        <label><name>${xmlText(name)}</name><color>${hexColor(maskColor(index))}</color><type>mask</type><attributes></attributes></label>`,
  );
  const lines = [
    '<?xml version="1.0" encoding="utf-8"?>',
    "<annotations>",
    "  <version>1.1</version>",
    "  <meta>",
    "    <task>",
    `      <size>${images.length}</size>`,
    "      <labels>",
    ...labels,
    "      </labels>",
    "    </task>",
    "  </meta>",
    ...images.flatMap((image, id) => imageLines(image, id, classes)),
    "</annotations>",
  ];
  return `${lines.join("\n")}\n`;
}

function imageLines(image: LabelledImage, id: number, classes: readonly string[]): string[] {
  checkMembers(image, `images[${id}]`, "an image with fileName, size, masks and categories", "masks");
  const { fileName, size, masks, categories } = image;
  checkMaskSizes(masks, size);
  checkClasses(categories, masks, classes.length);
  const [height, width] = size;
  const shapes = masks.flatMap((mask, index) => {
    if (rleArea(mask) === 0) return [];
    const points = toCvatMask(mask);
    const [left = 0, top = 0, right = 0, bottom = 0] = points.slice(-4);
    const label = xmlText(classes[categories[index]!]!);
    const place = `left="${left}" top="${top}" width="${right - left + 1}" height="${bottom - top + 1}"`;
    return [
      `    <mask label="${label}" source="semi-auto" occluded="0" rle="${points.slice(0, -4).join(", ")}" ${place} z_order="${index}"></mask>`,
    ];
  });
  return [
    `  <image id="${id}" name="${xmlText(fileName)}" width="${width}" height="${height}">`,
    ...shapes,
    "  </image>",
  ];
}
