import { type PngSource, type RgbImage, type Runtime, UnsupportedError } from "@sam2js/core";
import { type CutOutGround, combineRle, cutOut, type Mask, type Rle } from "@sam2js/masks";
import type { ImageInput } from "../io/expand-inputs.js";
import { readAlpha } from "../io/read-alpha.js";
import type { OutputFile } from "../io/write-files.js";
import type { CutOutChoices, CutOutFile } from "./cut-out-choices.js";

/** Of the longer side: how far a blur reaches where nobody says it. */
const BLUR_SHARE = 0.02;

interface CutOutJob {
  readonly input: Pick<ImageInput, "path" | "stem">;
  readonly image: RgbImage;
  /** Each with its part of a file name; empty ones are left out. */
  readonly objects: readonly { readonly mask: Mask; readonly part: string }[];
  readonly choices: CutOutChoices;
  readonly runtime: Pick<Runtime, "encodePng" | "readImageBytes">;
  readonly signal?: AbortSignal | undefined;
}

/** The objects of an image without their background: a file for each, or one for all. */
export async function cutOutFiles(job: CutOutJob): Promise<OutputFile[]> {
  const { input, image, choices, runtime, signal } = job;
  const { together, cutoutFile, wholeImage, margin, softEdge, ground } = choices;
  const objects = job.objects.filter(({ mask }) => mask.area > 0);
  if (objects.length === 0) return [];
  const alpha = await readAlpha(input.path, runtime, signal);
  const make = async (mask: Rle, name: string): Promise<OutputFile> => {
    const cut = await cutOut(image, mask, {
      alpha,
      padding: margin,
      isWhole: wholeImage,
      softEdge,
      ground: groundOf(ground, image),
      isOpaque: cutoutFile.type === "jpeg",
      signal,
    });
    return { name: `${name}.cutout.${ending(cutoutFile)}`, content: await encode(cut, cutoutFile, runtime) };
  };
  if (together) {
    const [first, ...others] = objects.map(({ mask }): Rle => mask);
    const all = first && others.reduce((joined, mask) => combineRle(joined, mask, "or"), first);
    return all ? [await make(all, input.stem)] : [];
  }
  const files: OutputFile[] = [];
  for (const { mask, part } of objects) files.push(await make(mask, `${input.stem}.${part}`));
  return files;
}

function groundOf(ground: CutOutChoices["ground"], { width, height }: RgbImage): CutOutGround {
  if (ground !== "blur") return ground;
  return { blur: Math.min(1000, Math.max(1, Math.round(BLUR_SHARE * Math.max(width, height)))) };
}

function ending({ type }: CutOutFile): string {
  return type === "jpeg" ? "jpg" : type;
}

/** @throws {UnsupportedError} the type has no pictures of this size */
async function encode(
  cut: PngSource,
  { type, quality }: CutOutFile,
  runtime: Pick<Runtime, "encodePng">,
): Promise<Uint8Array> {
  if (type === "png") return runtime.encodePng(cut);
  const { default: sharp } = await import("sharp");
  const { data, width, height, channels } = cut;
  const picture = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  const written = type === "webp" ? picture.webp({ quality }) : picture.removeAlpha().jpeg({ quality });
  return written.toBuffer().catch((cause) => {
    const got = `${width} x ${height}`;
    const expected = `a size that ${type} can have`;
    throw UnsupportedError.expected("--cutout-file", expected, got, "choose png", cause);
  });
}
