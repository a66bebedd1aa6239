import { createBreather, InputError } from "@sam2js/core";
import type { Picture } from "./picture.js";

/** Largest value of each kind of numbers; of floats it is white. */
const WHITE = { uint8: 255, uint16: 65_535, float32: 1 } as const;

/**
 * Blends an array with alpha with white, as the reference does to arrays: as floats from 0 to 1, and back with torchvision's rounding. (Files
 * and pixels go by Pillow's integers, up to one level apart.)
 *
 * @param name  what messages call the image
 * @throws {InputError} floats that are not 0 to 1, or int32, whose range is not known
 * @see `TorchvisionBackend.convert_to_rgb` of Hugging Face transformers
 */
export async function blendArray(picture: Picture, name: string, signal?: AbortSignal): Promise<Picture> {
  const { width, height, type } = picture;
  if (type === "int32") {
    throw InputError.expected(
      name,
      'uint8, uint16 or float32 with alpha: "white"',
      type,
      "convert the numbers",
    );
  }
  const white = WHITE[type];
  const unit = Math.fround(1 / white);
  const back = Math.fround(white + 1 - 1e-3);
  const breathe = createBreather(signal);
  const colours = [0, 1, 2].map(() =>
    type === "uint8" ? new Uint8Array(width * height) : new Float32Array(width * height),
  );
  const read = [0, 1, 2, 3].map((channel) => {
    const { data, stride } = picture.parts[channel] ?? picture.parts[0]!;
    const offset = picture.parts.length === 1 ? channel : 0;
    return (pixel: number) => data[pixel * stride + offset]!;
  });
  for (let y = 0, pixel = 0; y < height; y += 1) {
    await breathe();
    for (let x = 0; x < width; x += 1, pixel += 1) {
      const alpha = Math.fround(read[3]!(pixel) * unit);
      const ground = Math.fround(1 - alpha);
      for (let c = 0; c < 3; c += 1) {
        const colour = Math.fround(read[c]!(pixel) * unit);
        if (type === "float32" && !(colour >= 0 && colour <= 1 && alpha >= 0 && alpha <= 1))
          throw outOfRange(name, colour, alpha);
        const blended = Math.fround(Math.fround(colour * alpha) + ground);
        colours[c]![pixel] =
          type === "float32" ? blended : Math.min(Math.trunc(Math.fround(blended * back)), white);
      }
    }
  }
  const parts = colours.map((data) => ({
    data,
    width,
    height,
    stride: 1,
    ...(data instanceof Uint8Array && { channels: 1 }),
  }));
  return { ...picture, channels: 3, parts: parts as Picture["parts"] };
}

function outOfRange(name: string, colour: number, alpha: number): InputError {
  return InputError.expected(
    name,
    "numbers from 0 to 1 beside alpha",
    `${colour} with alpha ${alpha}`,
    "divide them by 255 and set doRescale to false",
  );
}
