import { InputError, type PixelImage, type RgbImage } from "@sam2js/core";
import {
  type CutOut,
  classTable,
  combineRle,
  drawOverlay,
  Mask,
  rleArea,
  toClassesText,
  toCocoDataset,
  toCutOut,
  toGeoJsonFeature,
  toLabelStudioResults,
  toMaskPng,
  toSvg,
  toYoloSegmentation,
} from "@sam2js/masks";
import { uniqueNames } from "@sam2js/media";
import { zipSync } from "fflate";
import type {
  ExportedFile,
  ExportFormat,
  ExportItem,
  ExportRequest,
  PhotoInput,
} from "../services/engine.js";
import type { RleMask } from "../store/document.js";
import { encodePixels } from "./encode-pixels.js";
import { toRle } from "./mask-view.js";

/** Polygons may be this far from the mask's border, in pixels of the photo. */
const TOLERANCE = 0.75;

/** From a colour that is taken to the next: odd, so that all are reached, and far enough to be seen. */
const COLOR_STEP = 0x2f4d61;

/** A mask that has pixels. */
export interface Item extends ExportItem {
  readonly rle: RleMask;
}

interface ItemsRequest extends ExportRequest {
  readonly photos: readonly { readonly photo: PhotoInput; readonly items: readonly Item[] }[];
}

type Decode = (photo: PhotoInput) => Promise<RgbImage>;

interface Part {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly width?: number;
  readonly height?: number;
}

/** Writes masks in one format: one file, or a zip where the format needs several. */
export async function exportFile(request: ExportRequest, decode: Decode): Promise<ExportedFile> {
  const read = request.photos.map(({ photo, items }) => ({
    photo,
    items: items.map(readItem).filter(isFilled),
  }));
  const listed = LISTS_EMPTY.includes(request.format) ? read : read.filter(({ items }) => items.length > 0);
  const named = nameApart(listed);
  const photos = request.isFlat ? named.map((each) => ({ ...each, items: flatten(each.items) })) : named;
  if (photos.length === 0)
    throw new InputError("export: expected an object with a mask, got none; make one first");
  const parts = await WRITERS[request.format]({ ...request, photos }, decode);
  const [only] = parts;
  if (only && parts.length === 1) {
    const blob = new Blob([only.bytes], { type: only.type });
    return {
      name: only.name,
      blob,
      ...(only.width !== undefined && { width: only.width }),
      ...(only.height !== undefined && { height: only.height }),
    };
  }
  const zip = zipSync(Object.fromEntries(parts.map(({ name, bytes }) => [name, bytes])), { level: 0 });
  const name = photos.length === 1 ? stem(photos[0]?.photo.name ?? "masks") : "sam2js";
  return { name: `${name}-${request.format}.zip`, blob: new Blob([zip], { type: "application/zip" }) };
}

/** Formats that also say that a photo has no objects. */
const LISTS_EMPTY: readonly ExportFormat[] = ["coco", "yolo", "labelstudio"];

const WRITERS: Readonly<Record<ExportFormat, (request: ItemsRequest, decode: Decode) => Promise<Part[]>>> = {
  cutout: (request, decode) =>
    eachItem(request, decode, "", (image, item) => {
      const cut = toCutOut(image, item.rle, { padding: request.isCropped ? 2 : 0 });
      return request.isCropped ? cut : uncropped(cut, image.width, image.height);
    }),
  mask: (request) => eachItem(request, undefined, "-mask", (_, item) => toMaskPng(item.rle)),
  async overlay({ photos }, decode) {
    const parts: Part[] = [];
    for (const { photo, items } of photos) {
      const drawn = drawOverlay(await decode(photo), masks(items), {
        colors: items.map(({ color }) => rgb(color)),
      });
      parts.push(await picture(`${stem(photo.name)}-overlay.png`, drawn));
    }
    return parts;
  },
  async labels({ photos }) {
    const parts: Part[] = [];
    for (const { photo, items } of photos) {
      const data = new Uint8Array(3 * photo.width * photo.height);
      const canvas: RgbImage = { data, width: photo.width, height: photo.height, channels: 3 };
      const drawn = drawOverlay(canvas, masks(items), {
        opacity: 1,
        outline: 0,
        colors: colorsApart(items),
      });
      parts.push(await picture(`${stem(photo.name)}-colours.png`, drawn));
    }
    return parts;
  },
  async coco(request) {
    const { photos } = request;
    const categories = classesOf(request);
    const dataset = toCocoDataset(
      photos.map(({ photo, items }) => ({
        fileName: photo.name,
        size: [photo.height, photo.width] as const,
        masks: masks(items),
        categories: items.map((item) => categories.indexOf(classOf(item))),
        names: items.map(({ name }) => name),
      })),
      { categories, info: { description: "made with sam2js" } },
    );
    return [json(`${baseName(photos)}-coco.json`, dataset)];
  },
  async yolo(request) {
    const { photos } = request;
    const categories = classesOf(request);
    const files = photos.map(({ photo, items }) =>
      text(
        `${stem(photo.name)}.txt`,
        toYoloSegmentation(
          items.map(({ rle }) => rle),
          { classes: items.map((item) => categories.indexOf(classOf(item))) },
        ),
      ),
    );
    return [...files, text("classes.txt", toClassesText(categories))];
  },
  async labelstudio({ photos }) {
    const tasks = photos.map(({ photo, items }) => ({
      data: { image: photo.name },
      annotations: [{ result: toLabelStudioResults(masks(items), { labels: items.map(classOf) }) }],
    }));
    return [json(`${baseName(photos)}-label-studio.json`, tasks)];
  },
  async svg({ photos }) {
    return photos.map(({ photo, items }) =>
      text(
        `${stem(photo.name)}.svg`,
        toSvg(
          items.map(({ rle }) => rle),
          [photo.height, photo.width],
          {
            tolerance: TOLERANCE,
            colors: items.map(({ color }) => color),
            titles: items.map(({ name }) => name),
          },
        ),
        "image/svg+xml",
      ),
    );
  },
  async geojson({ photos }) {
    return photos.map(({ photo, items }) =>
      json(`${stem(photo.name)}.geojson`, {
        type: "FeatureCollection",
        features: items.map((item, id) => ({
          ...toGeoJsonFeature(
            maskOf(item),
            { tolerance: TOLERANCE },
            { name: item.name, class: classOf(item) },
          ),
          id,
        })),
      }),
    );
  },
};

/** Takes from each mask what a smaller one has; the order stays. */
export function flatten(items: readonly Item[]): Item[] {
  const bySize = [...items].sort((a, b) => rleArea(a.rle) - rleArea(b.rle));
  const left = new Map<Item, RleMask>();
  let taken: RleMask | undefined;
  for (const item of bySize) {
    left.set(item, taken ? combineRle(item.rle, taken, "subtract") : item.rle);
    taken = taken ? combineRle(taken, item.rle, "or") : item.rle;
  }
  return items.map((item) => ({ ...item, rle: left.get(item) ?? item.rle })).filter(isFilled);
}

function readItem(item: ExportItem): Item {
  return { ...item, rle: toRle(item.rle) };
}

function isFilled({ rle }: Item): boolean {
  return rleArea(rle) > 0;
}

async function eachItem(
  { photos }: ItemsRequest,
  decode: Decode | undefined,
  suffix: string,
  draw: (image: RgbImage, item: Item) => Parameters<typeof encodePixels>[0],
): Promise<Part[]> {
  const parts: Part[] = [];
  const names = new Set<string>();
  for (const { photo, items } of photos) {
    const { width, height } = photo;
    const blank: RgbImage = { data: new Uint8Array(), width, height, channels: 3 };
    const image = decode ? await decode(photo) : blank;
    for (const item of items) {
      const plain = `${stem(photo.name)}-${slug(item.name)}${suffix}`;
      let name = plain;
      for (let i = 2; names.has(name); i++) name = `${plain}-${i}`;
      names.add(name);
      parts.push(await picture(`${name}.png`, draw(image, item)));
    }
  }
  return parts;
}

function uncropped(cut: CutOut, width: number, height: number): PixelImage & { readonly channels: 4 } {
  const data = new Uint8Array(4 * width * height);
  const [left, top] = cut.region;
  for (let row = 0; row < cut.height; row++) {
    const from = 4 * row * cut.width;
    data.set(cut.data.subarray(from, from + 4 * cut.width), 4 * ((top + row) * width + left));
  }
  return { data, width, height, channels: 4 };
}

async function picture(name: string, pixels: Parameters<typeof encodePixels>[0]): Promise<Part> {
  return {
    name,
    bytes: await encodePixels(pixels),
    type: "image/png",
    width: pixels.width,
    height: pixels.height,
  };
}

function json(name: string, value: unknown): Part {
  return text(name, `${JSON.stringify(value)}\n`, "application/json");
}

function text(name: string, content: string, type = "text/plain"): Part {
  return { name, bytes: new TextEncoder().encode(content), type };
}

function masks(items: readonly Item[]): Mask[] {
  return items.map(maskOf);
}

function maskOf({ rle, score }: Item): Mask {
  return new Mask(rle, score === undefined ? {} : { score });
}

/** Objects without a label are of one class. */
function classOf({ label }: ExportItem): string {
  return label.trim() || "object";
}

/** One number a class for all photos, whether they are written or not. */
function classesOf({ classes, photos }: ItemsRequest): string[] {
  return classTable([...classes, ...photos.flatMap(({ items }) => items.map(classOf))]).names;
}

function baseName(photos: ItemsRequest["photos"]): string {
  return photos.length === 1 ? stem(photos[0]?.photo.name ?? "") : "sam2js";
}

function rgb(hex: string): readonly [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** A colour for each object of a photo: its own, or one near it where an object before has that. Black is the ground. */
export function colorsApart(
  items: readonly Pick<ExportItem, "color">[],
): (readonly [number, number, number])[] {
  const taken = new Set([0]);
  return items.map(({ color }) => {
    let value = Number.parseInt(color.slice(1), 16);
    while (taken.has(value)) value = (value + COLOR_STEP) & 0xffffff;
    taken.add(value);
    return [value >> 16, (value >> 8) & 255, value & 255];
  });
}

/** Gives photos of one name, or of names that differ in their endings only, a number: their files lie in one folder. */
function nameApart(photos: ItemsRequest["photos"]): ItemsRequest["photos"] {
  // YOLO's list of classes lies beside the photos' files.
  const [, ...names] = uniqueNames(["classes", ...photos.map(({ photo }) => stem(photo.name))]);
  return photos.map((each, index) => {
    const ending = each.photo.name.slice(stem(each.photo.name).length);
    return { ...each, photo: { ...each.photo, name: `${names[index]}${ending}` } };
  });
}

/** A file name without its ending. */
export function stem(name: string): string {
  return name.replace(/\.[^.]+$/, "") || "photo";
}

function slug(name: string): string {
  return (
    name
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-|-$/g, "") || "object"
  );
}
