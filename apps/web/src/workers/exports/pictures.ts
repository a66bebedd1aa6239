import type { PngSource, RgbImage } from "@sam2js/core";
import {
  type CutOut,
  drawOverlay,
  hexColor,
  type Rgb,
  toClassMapPng,
  toCutOut,
  toLabelMapPngs,
  toMaskPng,
  toVocLabelMap,
} from "@sam2js/masks";
import { stem } from "../apart-names.js";
import {
  classOf,
  type Decode,
  type Item,
  type ItemsRequest,
  masks,
  type Part,
  picture,
  sizeOf,
  text,
  type Writer,
} from "./part.js";

/** From a colour that is taken to the next: odd, so that all are reached, and far enough to be seen. */
const COLOR_STEP = 0x2f4d61;

/** Formats of pixels. */
export const PICTURES = {
  cutout: (request, decode) =>
    eachItem(request, decode, "", (image, item) => {
      const cut = toCutOut(image, item.rle, { padding: request.isCropped ? 2 : 0 });
      return request.isCropped ? cut : uncropped(cut, image.width, image.height);
    }),
  mask: (request) => eachItem(request, undefined, "-mask", (_, item) => toMaskPng(item.rle)),
  overlay: ({ photos }, decode) =>
    inTurn(photos, async ({ photo, items }) => {
      const colors = items.map(({ color }) => rgb(color));
      const drawn = drawOverlay(await decode(photo), masks(items), { colors });
      return [await picture(`${stem(photo.name)}-overlay.png`, drawn)];
    }),
  async labels({ photos }) {
    const legend: string[] = [];
    const parts = await inTurn(photos, async ({ photo, items }) => {
      const { width, height } = photo;
      const canvas: RgbImage = { data: new Uint8Array(3 * width * height), width, height, channels: 3 };
      const colors = colorsApart(items);
      const drawn = drawOverlay(canvas, masks(items), { opacity: 1, outline: 0, colors });
      const name = `${stem(photo.name)}-colours.png`;
      for (const [i, item] of items.entries())
        legend.push(row([name, hexColor(colors[i] ?? [0, 0, 0]), item]));
      return [await picture(name, drawn)];
    });
    return parts.length > 1 ? [...parts, text("legend.csv", csv("file,colour", legend), "text/csv")] : parts;
  },
  /** Pixel = place of the object in the list, from 1. */
  async ids({ photos }) {
    const legend: string[] = [];
    const parts = await inTurn(photos, async ({ photo, items }) => {
      const maps = toLabelMapPngs(masks(items), sizeOf(photo));
      const name = (at: number) => `${stem(photo.name)}-ids${at === 0 ? "" : `-${at + 1}`}.png`;
      for (const [i, item] of items.entries())
        legend.push(row([name(Math.floor(i / 255)), 1 + (i % 255), item]));
      return Promise.all(maps.map((map, at) => picture(name(at), map)));
    });
    return [...parts, text("objects.csv", csv("file,value", legend), "text/csv")];
  },
  /** Pixel = number of the class, from 1. */
  async classmap({ photos, classes }) {
    const parts = await inTurn(photos, async ({ photo, items }) => {
      const numbers = items.map((item) => classes.indexOf(classOf(item)));
      return [
        await picture(`${stem(photo.name)}-classes.png`, toClassMapPng(masks(items), numbers, sizeOf(photo))),
      ];
    });
    return [...parts, text("labelmap.txt", toVocLabelMap(classes))];
  },
} satisfies Readonly<Record<string, Writer>>;

/** A colour for each object of a photo: its own, or one near it where an object before has that. Black is the ground. */
export function colorsApart(items: readonly Pick<Item, "color">[]): Rgb[] {
  const taken = new Set([0]);
  return items.map(({ color }) => {
    let value = Number.parseInt(color.slice(1), 16);
    while (taken.has(value)) value = (value + COLOR_STEP) & 0xffffff;
    taken.add(value);
    return [value >> 16, (value >> 8) & 255, value & 255];
  });
}

async function eachItem(
  { photos }: ItemsRequest,
  decode: Decode | undefined,
  suffix: string,
  draw: (image: RgbImage, item: Item) => PngSource,
): Promise<Part[]> {
  const names = new Set<string>();
  return inTurn(photos, async ({ photo, items }) => {
    const { width, height } = photo;
    const blank: RgbImage = { data: new Uint8Array(), width, height, channels: 3 };
    const image = decode ? await decode(photo) : blank;
    return inTurn(items, async (item) => {
      const plain = `${stem(photo.name)}-${slug(item.name)}${suffix}`;
      let name = plain;
      for (let i = 2; names.has(name); i++) name = `${plain}-${i}`;
      names.add(name);
      return [await picture(`${name}.png`, draw(image, item))];
    });
  });
}

/** One after the other: each may take the memory of a picture. */
async function inTurn<T>(all: readonly T[], make: (each: T) => Promise<readonly Part[]>): Promise<Part[]> {
  const parts: Part[] = [];
  for (const each of all) parts.push(...(await make(each)));
  return parts;
}

function uncropped(cut: CutOut, width: number, height: number): PngSource {
  const data = new Uint8Array(4 * width * height);
  const [left, top] = cut.region;
  for (let line = 0; line < cut.height; line++) {
    const from = 4 * line * cut.width;
    data.set(cut.data.subarray(from, from + 4 * cut.width), 4 * ((top + line) * width + left));
  }
  return { data, width, height, channels: 4 };
}

function rgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function row([file, value, item]: readonly [string, string | number, Item]): string {
  return [file, value, item.name, classOf(item)]
    .map((cell) => `"${`${cell}`.replaceAll('"', '""')}"`)
    .join(",");
}

function csv(head: string, rows: readonly string[]): string {
  return [`${head},name,class`, ...rows].map((line) => `${line}\r\n`).join("");
}

function slug(name: string): string {
  const plain = name.trim().toLowerCase();
  return plain.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "object";
}
