import type { RgbImage, Runtime } from "@sam2js/core";
import {
  classTable,
  drawOverlay,
  hexColor,
  maskColor,
  toCocoDataset,
  toGeoJsonFeature,
  toMaskPng,
  toNpy,
  toSvg,
} from "@sam2js/masks";
import { uniqueNames } from "@sam2js/media";
import { annotate } from "../draw/annotate.js";
import type { ImageInput } from "../io/expand-inputs.js";
import type { OutputFile } from "../io/write-files.js";
import { categoryOf } from "../prompts/prompt-object.js";
import type { Finding } from "../segment/segment-image.js";
import type { CutOutChoices } from "./cut-out-choices.js";
import { cutOutFiles } from "./cut-out-files.js";
import { dataSetFiles } from "./data-set-files.js";
import type { Format } from "./formats.js";

/** What was found in one image. */
export interface SegmentedImage {
  readonly input: ImageInput;
  readonly image: RgbImage;
  readonly findings: readonly Finding[];
  /** Classes of all images of the run, so that one class has the same number in every file. */
  readonly classes: readonly string[];
  /** How objects are cut out. */
  readonly choices: CutOutChoices;
  readonly signal?: AbortSignal | undefined;
}

interface Named extends Finding {
  /** What people read: `truck`, or `truck 2` where several masks of an object are kept. */
  readonly label: string;
  /** The same as a part of a file name. */
  readonly part: string;
  /** Place of the object among the objects, from 0: objects keep their colour. */
  readonly index: number;
}

type Writer = (result: SegmentedImage, named: readonly Named[], runtime: Runtime) => Promise<OutputFile[]>;

const WRITERS: Readonly<Record<Format, Writer>> = {
  overlay: writeOverlays,
  png: (result, named, runtime) =>
    each(named, async ({ mask, part }) => ({
      name: `${result.input.stem}.${part}.png`,
      content: await runtime.encodePng(toMaskPng(mask)),
    })),
  cutout: ({ input, image, choices, signal }, named, runtime) =>
    cutOutFiles({ input, image, objects: named, choices, runtime, signal }),
  coco: async (result, named) => [{ name: `${result.input.stem}.coco.json`, content: coco(result, named) }],
  yolo: async (result, named) => dataSet("yolo", result, named),
  voc: async (result, named) => dataSet("voc", result, named),
  cvat: async (result, named) => dataSet("cvat", result, named),
  svg: async ({ input, image }, named) => [
    {
      name: `${input.stem}.svg`,
      content: toSvg(
        named.map(({ mask }) => mask),
        [image.height, image.width],
        {
          colors: named.map(({ index }) => hexColor(maskColor(index))),
          titles: named.map(({ label, mask }) => `${label} ${mask.score?.toFixed(2)}`),
        },
      ),
    },
  ],
  geojson: async ({ input }, named) => [
    {
      name: `${input.stem}.geojson`,
      content: JSON.stringify({
        type: "FeatureCollection",
        features: named.map(({ mask, object, rank }, id) => ({
          ...toGeoJsonFeature(mask, {}, { object: object.id, ...(rank && { rank }) }),
          id,
        })),
      }),
    },
  ],
  npy: (result, named) =>
    each(named, async ({ logits, part }) => ({
      name: `${result.input.stem}.${part}.npy`,
      content: toNpy(logits),
    })),
};

/** The files of one image, in the formats wanted; nothing is written yet. */
export async function segmentFiles(
  result: SegmentedImage,
  formats: readonly Format[],
  runtime: Runtime,
): Promise<OutputFile[]> {
  const named = nameFindings(result.findings);
  const files: OutputFile[] = [];
  for (const format of formats) files.push(...(await WRITERS[format](result, named, runtime)));
  return files;
}

/** What a finding is called in tables and pictures. */
export function findingLabel({ object, rank }: Finding): string {
  return rank === undefined ? object.id : `${object.id} ${rank}`;
}

function nameFindings(findings: readonly Finding[]): Named[] {
  const objects = [...new Set(findings.map(({ object }) => object))];
  // An object called "overlay" or "b.cutout" must not take the name of another file.
  const [, , ...parts] = uniqueNames([
    "overlay",
    "cutout",
    ...objects.map(({ id }) => id.replaceAll(".", "_")),
  ]);
  return findings.map((finding) => {
    const index = objects.indexOf(finding.object);
    const suffix = finding.rank === undefined ? "" : `.${finding.rank}`;
    return { ...finding, index, label: findingLabel(finding), part: `${parts[index]}${suffix}` };
  });
}

/** One overlay; with several masks for each object one for all the best ones, one for all the second ones, and so on. */
async function writeOverlays(
  { input, image }: SegmentedImage,
  named: readonly Named[],
  runtime: Runtime,
): Promise<OutputFile[]> {
  const ranks = [...new Set(named.map(({ rank }) => rank))];
  return each(ranks, async (rank) => {
    const shown = named.filter((finding) => finding.rank === rank);
    const colors = shown.map(({ index }) => maskColor(index));
    const painted = drawOverlay(
      image,
      shown.map(({ mask }) => mask),
      { colors },
    );
    const picture = await annotate(
      painted,
      shown.map(({ object, mask, label, index }) => ({
        object,
        mask,
        color: maskColor(index),
        label: `${label}  ${mask.score?.toFixed(2)}`,
      })),
    );
    return {
      name: `${input.stem}.overlay${rank === undefined ? "" : `.${rank}`}.png`,
      content: await runtime.encodePng(picture),
    };
  });
}

function dataSet(
  format: "yolo" | "voc" | "cvat",
  result: SegmentedImage,
  named: readonly Named[],
): OutputFile[] {
  const { image, categories } = labelled(result, named);
  return dataSetFiles(format, result.input.stem, image, categories);
}

function labelled({ input, image, classes }: SegmentedImage, named: readonly Named[]) {
  const table = classTable([...classes, ...named.map(({ object }) => categoryOf(object))]);
  const { names: categories, indices } = table;
  const size = [image.height, image.width] as const;
  const masks = named.map(({ mask }) => mask);
  return {
    image: { fileName: input.fileName, size, masks, categories: indices.slice(classes.length) },
    categories,
  };
}

function coco(result: SegmentedImage, named: readonly Named[]): string {
  const { image, categories } = labelled(result, named);
  const dataset = toCocoDataset([image], { categories, info: { description: "masks by sam2js" } });
  return `${JSON.stringify(dataset, undefined, 1)}\n`;
}

async function each<T>(items: readonly T[], make: (item: T) => Promise<OutputFile>): Promise<OutputFile[]> {
  const files: OutputFile[] = [];
  for (const item of items) files.push(await make(item));
  return files;
}
