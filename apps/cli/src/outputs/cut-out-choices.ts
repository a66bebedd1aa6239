import { InputError } from "@sam2js/core";
import { type CutOutGround, parseHexColor } from "@sam2js/masks";

const TYPES = ["png", "webp", "jpeg"] as const;

/** What cut-outs are written as. */
export interface CutOutFile {
  readonly type: (typeof TYPES)[number];
  /** Of WebP and JPEG, 1 to 100. */
  readonly quality: number;
}

/** What is behind a cut-out; a blur without a number depends on the image's size. */
export type GroundChoice = CutOutGround | "blur";

/** How `--format cutout` cuts objects out. */
export interface CutOutChoices {
  readonly together?: boolean | undefined;
  readonly ground: GroundChoice;
  readonly softEdge: number;
  readonly margin: number;
  readonly wholeImage?: boolean | undefined;
  readonly cutoutFile: CutOutFile;
}

/** The choices among other options. */
export function choicesOf(options: CutOutChoices): CutOutChoices {
  const { together, ground, softEdge, margin, wholeImage, cutoutFile } = options;
  return { together, ground, softEdge, margin, wholeImage, cutoutFile };
}

/** @throws {InputError} it names no ground */
export function parseGround(text: string): GroundChoice {
  const given = text.trim().toLowerCase();
  if (given === "transparent" || given === "blur") return given;
  if (given === "white") return [255, 255, 255];
  if (given === "black") return [0, 0, 0];
  // Without its sign too, which shells take for a comment.
  const color = parseHexColor(given) ?? parseHexColor(`#${given}`);
  if (color) return color;
  const blur = Number(/^blur:(\d+)$/.exec(given)?.[1]);
  if (blur >= 1 && blur <= 1000) return { blur };
  const expected = "transparent, white, black, #rrggbb, blur or blur:<1 to 1000 pixels>";
  throw InputError.expected("--ground", expected, `"${text}"`, "for example --ground blur:40");
}

/** @throws {InputError} it names no type of picture */
export function parseFile(text: string): CutOutFile {
  const [, name = "", quality = "90"] = /^([a-z]+)(?::(\d+))?$/.exec(text.trim().toLowerCase()) ?? [];
  const type = TYPES.find((each) => each === (name === "jpg" ? "jpeg" : name));
  if (type && Number(quality) >= 1 && Number(quality) <= 100) return { type, quality: Number(quality) };
  const expected = "png, webp or jpeg, with a quality of 1 to 100 behind a colon";
  throw InputError.expected("--cutout-file", expected, `"${text}"`, "for example webp:80");
}
