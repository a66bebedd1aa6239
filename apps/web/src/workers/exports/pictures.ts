import type { RgbImage } from "@sam2js/core";
import {
  drawOverlay,
  hexColor,
  parseHexColor,
  type Rgb,
  toClassMapPng,
  toLabelMapPngs,
  toMaskPng,
  toVocLabelMap,
} from "@sam2js/masks";
import { stem } from "../apart-names.js";
import { writeCutOuts } from "./cut-outs.js";
import { eachItem, inTurn } from "./each-item.js";
import { classOf, type Item, masks, picture, sizeOf, text, type Writer } from "./part.js";

const BLACK: Rgb = [0, 0, 0];
/** From a colour that is taken to the next: odd, so that all are reached, and far enough to be seen. */
const COLOR_STEP = 0x2f4d61;

/** Formats of pixels. */
export const PICTURES = {
  cutout: writeCutOuts,
  mask: (request) =>
    eachItem(request, async ({ item, name }) => picture(`${name}-mask.png`, toMaskPng(item.rle))),
  overlay: ({ photos }, { pixels }) =>
    inTurn(photos, async ({ photo, items }) => {
      const colors = items.map(({ color }) => parseHexColor(color) ?? BLACK);
      const drawn = drawOverlay(await pixels(photo), masks(items), { colors });
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

function row([file, value, item]: readonly [string, string | number, Item]): string {
  return [file, value, item.name, classOf(item)]
    .map((cell) => `"${`${cell}`.replaceAll('"', '""')}"`)
    .join(",");
}

function csv(head: string, rows: readonly string[]): string {
  return [`${head},name,class`, ...rows].map((line) => `${line}\r\n`).join("");
}
