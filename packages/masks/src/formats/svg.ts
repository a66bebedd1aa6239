import { checkNumber, checkOptions, checkText } from "@sam2js/core";
import { checkMaskSizes, checkOneEach } from "../masks/check-masks.js";
import { rleArea } from "../masks/rle.js";
import type { Rle } from "../masks/run-lengths.js";
import { numberText } from "./number-text.js";
import { hexColor, maskColor } from "./palette.js";
import { type PolygonOptions, type Ring, toPolygons } from "./polygons.js";
import { xmlText } from "./xml-text.js";

/** How masks look in an SVG, and how exactly their borders are followed. */
export interface SvgOptions extends PolygonOptions {
  /** Colours as CSS writes them, one per mask; the palette's without it. */
  readonly colors?: readonly string[] | undefined;
  /** 0 to 1. Default 0.5. */
  readonly opacity?: number | undefined;
  /** An image to lie underneath: a URL or `data:` URL. */
  readonly image?: string | undefined;
  /** Text to show when the pointer rests on a mask, one per mask. */
  readonly titles?: readonly string[] | undefined;
}

/**
 * The border of a mask as the `d` of an SVG path, to be filled with `fill-rule="evenodd"` (its holes run the other way, so
 * `nonzero` works too). Units are pixels of the image.
 */
export function toSvgPath(mask: Rle, options?: PolygonOptions): string {
  return toPolygons(mask, options)
    .flatMap(({ outer, holes }) => [outer, ...holes])
    .map(ringPath)
    .join("");
}

function ringPath(points: Ring): string {
  let path = `M${numberText(points[0]!, 3)} ${numberText(points[1]!, 3)}`;
  for (let i = 2; i < points.length; i += 2) {
    const [x, y] = [numberText(points[i]!, 3), numberText(points[i + 1]!, 3)];
    if (points[i + 1] === points[i - 1]) path += `H${x}`;
    else if (points[i] === points[i - 2]) path += `V${y}`;
    else path += `L${x} ${y}`;
  }
  return `${path}Z`;
}

/**
 * A whole SVG document with one path per mask, large ones below small ones.
 *
 * @param size  [height, width] of the image in pixels
 * @throws {InputError} a mask has another size
 */
export function toSvg(
  masks: readonly Rle[],
  size: readonly [number, number],
  options: SvgOptions = {},
): string {
  checkOptions(options, ["tolerance", "minArea", "colors", "opacity", "image", "titles"], "toSvg options");
  const { colors, opacity = 0.5, image, titles, ...polygons } = options;
  checkNumber(opacity, "opacity", "a number from 0 to 1");
  if (image !== undefined) checkText(image, "image", "the address of an image");
  checkMaskSizes(masks, size);
  checkOneEach(colors, masks, "colors");
  checkOneEach(titles, masks, "titles");
  const [height, width] = size;
  const paths = masks.map((mask, index) => {
    const fill = xmlText(colors?.[index] ?? hexColor(maskColor(index)));
    const title = titles?.[index] === undefined ? "" : `<title>${xmlText(titles[index]!)}</title>`;
    const d = toSvgPath(mask, polygons);
    return {
      d,
      text: `<path id="mask-${index}" fill="${fill}" d="${d}">${title}</path>`,
      area: rleArea(mask),
    };
  });
  const below =
    image === undefined ? "" : `<image href="${xmlText(image)}" width="${width}" height="${height}"/>\n`;
  const body = paths
    .filter(({ d }) => d !== "")
    .sort((a, b) => b.area - a.area)
    .map(({ text }) => text)
    .join("\n");
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n` +
    `${below}<g fill-opacity="${numberText(opacity, 3)}" fill-rule="evenodd">\n${body}\n</g>\n</svg>\n`
  );
}
