import { readFile } from "node:fs/promises";
import { InputError, NotFoundError, Tensor } from "@sam2js/core";
import { parseNpy } from "../io/parse-npy.js";
import type { LoadedModel } from "../model/with-model.js";

/** What a bitmap counts as: this inside, its negative outside. */
const SURE_LOGIT = 10;

/**
 * A mask file as a mask prompt.
 *
 * A `.npy` of floats is logits. Pictures and arrays of bytes or booleans mark pixels: whatever is brighter than half of the brightest
 * value is inside and counts as a logit of 10, the rest as −10.
 *
 * @returns  float32 [h, w] logits of any size; for pictures that of the model's masks
 * @throws {NotFoundError} there is no such file  @throws {ImageError} it is no picture  @throws {InputError} it is no array of one mask
 */
export async function loadMaskPrompt(
  path: string,
  { model, processor }: LoadedModel,
  signal: AbortSignal,
): Promise<Tensor<"float32">> {
  const isArray = path.toLowerCase().endsWith(".npy");
  const array = isArray ? parseNpy(await read(path), path) : undefined;
  const tensor = array && oneMask(array.tensor, path);
  if (tensor && !array.isBitmap) return tensor;
  const [height, width, channels, values] = tensor
    ? ([tensor.dims[0] ?? 0, tensor.dims[1] ?? 0, 1, tensor.data] as const)
    : await picture(path, model, signal);
  let brightest = 0;
  for (const value of values) if (value > brightest) brightest = value;
  const pixels = new Uint8Array(height * width);
  for (let i = 0; i < pixels.length; i++) {
    let value = 0;
    for (let channel = 0; channel < channels; channel++) {
      value = Math.max(value, values[i * channels + channel] ?? 0);
    }
    pixels[i] = value > brightest / 2 ? 255 : 0;
  }
  const side = model.config.imageSize / 4;
  const { pixelValues } = await processor.imageProcessor.preprocess(
    { data: pixels, height, width, channels: 1 },
    {
      size: { height: side, width: side },
      resample: "bilinear",
      doResize: true,
      doCenterCrop: false,
      doPad: false,
      doConvertRgb: true,
      doRescale: true,
      rescaleFactor: 1 / 255,
      doNormalize: true,
      imageMean: 0.5,
      imageStd: 0.5 / SURE_LOGIT,
      signal,
    },
  );
  const logits = pixelValues.data.subarray(0, side * side) as Float32Array;
  return new Tensor("float32", logits, [side, side]);
}

async function picture(path: string, model: LoadedModel["model"], signal: AbortSignal) {
  const { data, width, height } = await model.runtime.decodeImage(path, { signal });
  return [height, width, 3, data] as const;
}

function oneMask(tensor: Tensor<"float32">, path: string): Tensor<"float32"> {
  const dims = tensor.dims.slice(-2);
  const [height = 0, width = 0] = dims;
  if (dims.length !== 2 || tensor.size === 0 || tensor.size !== height * width) {
    throw new InputError(
      `${path}: expected one mask [height, width], got [${tensor.dims.join(", ")}]; save the one that you want`,
      { path, dims: tensor.dims },
    );
  }
  return tensor.reshape(dims);
}

async function read(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause) => {
    throw new NotFoundError(`${path}: expected a mask file, found none (${cause.message})`, { cause, path });
  });
}
