import { existsSync } from "node:fs";
import { InputError, sortedCorners } from "@sam2js/core";
import { isUrl } from "@sam2js/media";

/** A prompt from the command line, with the object it was written for. */
export interface ParsedPoint {
  readonly object: string | undefined;
  readonly point: readonly [number, number];
  readonly label: 0 | 1;
}

export interface ParsedBox {
  readonly object: string | undefined;
  readonly box: readonly [number, number, number, number];
}

export interface ParsedMask {
  readonly object: string | undefined;
  readonly path: string;
}

/** Reads `[OBJ:]x,y[,0|1]`. @throws {InputError} anything else */
export function parsePoint(text: string): ParsedPoint {
  const { object, numbers } = split(
    "--point",
    text,
    "[OBJ:]x,y[,0|1]",
    "--point 500,375 or --point cup:500,375,0",
  );
  const [x, y, label = 1] = numbers;
  if (x === undefined || y === undefined || numbers.length > 3 || (label !== 0 && label !== 1)) {
    return refuse("--point", text, "[OBJ:]x,y[,0|1]", "--point 500,375 or --point cup:500,375,0");
  }
  return { object, point: [x, y], label };
}

/** Reads `[OBJ:]x0,y0,x1,y1`, two opposite corners in any order. @throws {InputError} anything else */
export function parseBox(text: string): ParsedBox {
  const { object, numbers } = split("--box", text, "[OBJ:]x0,y0,x1,y1", "--box 75,275,1725,850");
  const [x0, y0, x1, y1] = numbers;
  if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined || numbers.length > 4) {
    return refuse("--box", text, "[OBJ:]x0,y0,x1,y1", "--box 75,275,1725,850");
  }
  return { object, box: sortedCorners([x0, y0, x1, y1]) };
}

/** Reads `[OBJ=]FILE`, the file also a URL. A file or URL that has a `=` itself is taken as it is. */
export function parseMask(text: string): ParsedMask {
  const at = isUrl(text) || existsSync(text) ? -1 : text.indexOf("=");
  const path = text.slice(at + 1);
  if (path === "") refuse("--mask", text, "[OBJ=]FILE", "--mask mask.png or --mask cup=mask.png");
  return { object: at > 0 ? text.slice(0, at) : undefined, path };
}

function split(option: string, text: string, form: string, example: string) {
  const at = text.lastIndexOf(":");
  const object = at > 0 ? text.slice(0, at).trim() : undefined;
  const numbers = text
    .slice(at + 1)
    .split(",")
    .map((part) => (/^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(part) ? Number(part) : Number.NaN));
  if (numbers.some((value) => !Number.isFinite(value))) refuse(option, text, form, example);
  return { object, numbers };
}

function refuse(option: string, text: string, form: string, example: string): never {
  throw InputError.expected(option, `${form} in pixels of the image`, `"${text}"`, `for example ${example}`);
}
