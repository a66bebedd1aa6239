import { InputError, type RgbImage } from "@sam2js/core";
import { type CutOutGround, combineRle, cutOut, parseHexColor } from "@sam2js/masks";
import type { RleMask } from "../../domain/document.js";
import type { CutOutLooks } from "../../protocol/cut-outs.js";
import type { PhotoInput } from "../../protocol/engine.js";
import { stem } from "../apart-names.js";
import { eachItem, inTurn } from "./each-item.js";
import type { ItemsRequest, Part, PhotoReader } from "./part.js";
import { endingOf, writePicture } from "./write-picture.js";

/** Objects without their background, all of a photo in one picture or each in its own. */
export function writeCutOuts(request: ItemsRequest, reader: PhotoReader): Promise<Part[]> {
  const { cutOut: looks, photos } = request;
  if (!looks)
    throw new InputError("export: expected how objects are cut out (cutOut), got nothing; say so", {
      expected: "cutOut",
      got: undefined,
    });
  const ending = endingOf(looks.type);
  const scissors = new Scissors(looks, reader);
  if (!looks.isTogether)
    return eachItem(request, ({ photo, item, name }) => scissors.cut(photo, item.rle, `${name}.${ending}`));
  return inTurn(photos, async ({ photo, items }) => {
    const all = items.map(({ rle }) => rle).reduce((joined, rle) => combineRle(joined, rle, "or"));
    const [only] = items;
    if (items.length === 1 && only)
      return eachItem({ ...request, photos: [{ photo, items }] }, ({ name }) =>
        scissors.cut(photo, all, `${name}.${ending}`),
      );
    return [await scissors.cut(photo, all, `${stem(photo.name)}-cutout.${ending}`)];
  });
}

/** Cuts out of one photo after the other; the last one's pixels are kept for its next object. */
class Scissors {
  readonly #looks: CutOutLooks;
  readonly #reader: PhotoReader;
  #opened:
    | { readonly of: PhotoInput; readonly image: RgbImage; readonly alpha: Uint8Array | undefined }
    | undefined;

  constructor(looks: CutOutLooks, reader: PhotoReader) {
    this.#looks = looks;
    this.#reader = reader;
  }

  async cut(photo: PhotoInput, mask: RleMask, name: string): Promise<Part> {
    const { signal } = this.#reader;
    const { image, alpha } = await this.#open(photo);
    const { isCropped, margin, softEdge, type, quality } = this.#looks;
    const cut = await cutOut(image, mask, {
      alpha,
      padding: margin,
      isWhole: !isCropped,
      softEdge,
      ground: groundOf(this.#looks, photo),
      isOpaque: type === "image/jpeg",
      signal,
    });
    return writePicture(name, cut, { type, quality, signal });
  }

  async #open(photo: PhotoInput) {
    if (this.#opened?.of === photo) return this.#opened;
    this.#opened = undefined;
    const { signal } = this.#reader;
    const image = await this.#reader.pixels(photo);
    // Another choice may have been made meanwhile: it needs the processor.
    signal.throwIfAborted();
    const alpha = await this.#reader.alpha(photo);
    signal.throwIfAborted();
    this.#opened = { of: photo, image, alpha };
    return this.#opened;
  }
}

function groundOf({ ground, colour, blur }: CutOutLooks, { width, height }: PhotoInput): CutOutGround {
  if (ground === "transparent") return ground;
  if (ground === "blur")
    return { blur: Math.min(1000, Math.max(1, Math.round(blur * Math.max(width, height)))) };
  return parseHexColor(colour) ?? [255, 255, 255];
}
