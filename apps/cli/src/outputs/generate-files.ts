import type { RgbImage, Runtime } from "@sam2js/core";
import { type Mask, toCocoDataset, toGeoJson, toLabelMap, toLabelMapPngs, toNpy, toSvg } from "@sam2js/masks";
import type { ImageInput } from "../io/expand-inputs.js";
import type { OutputFile } from "../io/write-files.js";
import type { CutOutChoices } from "./cut-out-choices.js";
import { cutOutFiles } from "./cut-out-files.js";
import { dataSetFiles } from "./data-set-files.js";
import type { Format } from "./formats.js";

/** All masks of one image, best first. */
export interface GeneratedImage {
  readonly input: ImageInput;
  readonly image: RgbImage;
  readonly masks: readonly Mask[];
  /** The image with the masks over it. */
  readonly overlay: RgbImage;
  /** How objects are cut out. */
  readonly choices: CutOutChoices;
  readonly signal?: AbortSignal | undefined;
}

type Writer = (result: GeneratedImage, runtime: Runtime) => Promise<OutputFile[]>;

const WRITERS: Readonly<Record<Format, Writer>> = {
  overlay: async ({ input, overlay }, runtime) => [
    { name: `${input.stem}.overlay.png`, content: await runtime.encodePng(overlay) },
  ],
  png: async ({ input, image, masks }, runtime) => {
    const files: OutputFile[] = [];
    for (const [at, map] of toLabelMapPngs(masks, [image.height, image.width]).entries()) {
      const suffix = at === 0 ? "" : `-${1 + at}`;
      files.push({ name: `${input.stem}.labels${suffix}.png`, content: await runtime.encodePng(map) });
    }
    return files;
  },
  cutout: ({ input, image, masks, choices, signal }, runtime) => {
    const objects = masks.map((mask, index) => ({ mask, part: String(index + 1).padStart(3, "0") }));
    return cutOutFiles({ input, image, objects, choices, runtime, signal });
  },
  coco: async ({ input, image, masks }) => {
    const dataset = toCocoDataset([{ fileName: input.fileName, size: [image.height, image.width], masks }], {
      info: { description: "masks by sam2js" },
    });
    return [{ name: `${input.stem}.coco.json`, content: `${JSON.stringify(dataset)}\n` }];
  },
  yolo: async (result) => dataSet("yolo", result),
  voc: async (result) => dataSet("voc", result),
  cvat: async (result) => dataSet("cvat", result),
  svg: async ({ input, image, masks }) => [
    {
      name: `${input.stem}.svg`,
      content: toSvg(masks, [image.height, image.width], {
        titles: masks.map(({ score }, index) => `${index + 1}: ${score?.toFixed(2)}`),
      }),
    },
  ],
  geojson: async ({ input, masks }) => [
    { name: `${input.stem}.geojson`, content: JSON.stringify(toGeoJson(masks)) },
  ],
  npy: async ({ input, image, masks }) => [
    { name: `${input.stem}.labels.npy`, content: toNpy(toLabelMap(masks, [image.height, image.width])) },
  ],
};

/** Nobody has said what the masks show: they are of one class. */
function dataSet(format: "yolo" | "voc" | "cvat", { input, image, masks }: GeneratedImage): OutputFile[] {
  const size = [image.height, image.width] as const;
  const categories = masks.map(() => 0);
  return dataSetFiles(format, input.stem, { fileName: input.fileName, size, masks, categories }, ["object"]);
}

/** The files of one image, in the formats wanted; nothing is written yet. */
export async function generateFiles(
  result: GeneratedImage,
  formats: readonly Format[],
  runtime: Runtime,
): Promise<OutputFile[]> {
  const files: OutputFile[] = [];
  for (const format of formats) files.push(...(await WRITERS[format](result, runtime)));
  return files;
}
