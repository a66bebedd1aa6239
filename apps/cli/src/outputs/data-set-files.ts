import { type LabelledImage, toClassesText, toCvatXml, toVoc, toYoloSegmentation } from "@sam2js/masks";
import type { OutputFile } from "../io/write-files.js";

/** One image's masks in a format of data sets; the names of the classes are in the file or beside it. */
export function dataSetFiles(
  format: "yolo" | "voc" | "cvat",
  stem: string,
  image: LabelledImage,
  classes: readonly string[],
): OutputFile[] {
  if (format === "voc") return [{ name: `${stem}.xml`, content: toVoc(image, classes) }];
  if (format === "cvat") return [{ name: `${stem}.cvat.xml`, content: toCvatXml([image], classes) }];
  const labels = toYoloSegmentation(image.masks, { classes: image.categories });
  return [
    { name: `${stem}.txt`, content: labels },
    { name: `${stem}.classes.txt`, content: toClassesText(classes) },
  ];
}
