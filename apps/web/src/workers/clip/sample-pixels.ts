import type { VideoSample } from "mediabunny";
import { DrawnPixels } from "./drawn-pixels.js";

/** Reads pixels of decoded samples: copied where they are upright and of the clip's size, else drawn. */
export class SamplePixels {
  readonly #drawn = new DrawnPixels();
  readonly #width: number;
  readonly #height: number;
  /** Whether this browser converts to RGBA while copying; undefined until it was tried. */
  #copies: boolean | undefined;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
  }

  /** @param spare  is written over where it can be */
  async read(sample: VideoSample, spare: ImageData | undefined): Promise<ImageData> {
    const [width, height] = [this.#width, this.#height];
    const isAsWanted =
      sample.rotation === 0 &&
      !sample.flip &&
      sample.displayWidth === width &&
      sample.displayHeight === height &&
      sample.visibleRect.width === width &&
      sample.visibleRect.height === height;
    if (isAsWanted && this.#copies !== false) {
      const image = spare ?? new ImageData(width, height);
      try {
        await sample.copyTo(image.data, { format: "RGBA" });
        this.#copies = true;
        return image;
      } catch (error) {
        if (this.#copies) throw error;
        this.#copies = false;
      }
    }
    return this.#drawn.read(width, height, (context) => sample.draw(context, 0, 0, width, height));
  }
}
