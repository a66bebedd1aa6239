import type { Runtime } from "@sam2js/core";
import {
  type LabelledImage,
  toClassesText,
  toClassMapPng,
  toCocoDataset,
  toCvatXml,
  toLabelMapPngs,
  toLabelStudioResults,
  toVoc,
  toVocLabelMap,
  toVocObjectPngs,
  toYoloDataYaml,
  toYoloSegmentation,
} from "@sam2js/masks";
import type { OutputFile } from "../io/write-files.js";

/** What a data set can be written as. */
export const LABEL_FORMATS = ["coco", "yolo", "voc", "cvat", "labelstudio", "png"] as const;

export type LabelFormat = (typeof LABEL_FORMATS)[number];

/** All images of a data set, with classes that have the same numbers in all of them. */
export interface LabelledSet {
  readonly classes: readonly string[];
  readonly images: readonly (LabelledImage & {
    /** What its own files are called, without ending. */
    readonly stem: string;
    /** What each object is called beside its class; "" = nothing. */
    readonly names: readonly string[];
  })[];
}

type Writer = (set: LabelledSet, encodePng: Runtime["encodePng"]) => AsyncGenerator<OutputFile>;

/** Files of each format, one after the other: a large data set does not lie in memory as a whole. */
export const LABEL_WRITERS: Readonly<Record<LabelFormat, Writer>> = {
  async *coco({ images, classes }) {
    const dataset = toCocoDataset(images, { categories: classes, info: { description: "labels by sam2js" } });
    yield { name: "annotations.json", content: `${JSON.stringify(dataset)}\n` };
  },
  async *yolo({ images, classes }) {
    for (const [image, stem] of withStems(images))
      yield {
        name: `labels/${stem}.txt`,
        content: toYoloSegmentation(image.masks, { classes: image.categories }),
      };
    yield { name: "classes.txt", content: toClassesText(classes) };
    yield { name: "data.yaml", content: toYoloDataYaml(classes, { train: "images", val: "images" }) };
  },
  async *voc({ images, classes }, encodePng) {
    for (const [image, stem] of withStems(images)) {
      const { masks, categories, size } = image;
      yield { name: `Annotations/${stem}.xml`, content: toVoc(image, classes) };
      const classMap = toClassMapPng(masks, categories, size);
      yield { name: `SegmentationClass/${stem}.png`, content: await encodePng(classMap) };
      for (const [at, map] of toVocObjectPngs(masks, size).entries())
        yield { name: `SegmentationObject/${part(stem, at)}.png`, content: await encodePng(map) };
    }
    yield { name: "labelmap.txt", content: toVocLabelMap(classes) };
  },
  async *cvat({ images, classes }) {
    yield { name: "annotations.xml", content: toCvatXml(images, classes) };
  },
  async *labelstudio({ images, classes }) {
    const tasks = images.map(({ fileName, masks, categories }) => {
      const labels = categories.map((category) => classes[category] ?? "");
      return {
        data: { image: fileName },
        annotations: [{ result: toLabelStudioResults(masks, { labels }) }],
      };
    });
    yield { name: "tasks.json", content: `${JSON.stringify(tasks)}\n` };
  },
  async *png({ images }, encodePng) {
    for (const [{ masks, size }, stem] of withStems(images))
      for (const [at, map] of toLabelMapPngs(masks, size).entries())
        yield { name: `masks/${part(stem, at)}-ids.png`, content: await encodePng(map) };
  },
};

/** Images of the same name have a number behind it, whatever their endings. */
function withStems(images: LabelledSet["images"]): (readonly [LabelledSet["images"][number], string])[] {
  const taken = new Set<string>();
  return images.map((image) => {
    let stem = image.stem;
    for (let number = 2; taken.has(stem.toLowerCase()); number += 1) stem = `${image.stem}-${number}`;
    taken.add(stem.toLowerCase());
    return [image, stem];
  });
}

/** Maps of more objects than one has room for are numbered from the second on. */
function part(stem: string, at: number): string {
  return at === 0 ? stem : `${stem}-${at + 1}`;
}
