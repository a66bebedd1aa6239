import {
  checkTensor,
  type ImageSource,
  InputError,
  isTensorLike,
  ShapeError,
  Tensor,
  type TensorLike,
} from "@sam2js/core";
import { type LabelMap, type MaskPixels, readLabels } from "@sam2js/masks";
import type { ImageSettings } from "../options/image-settings.js";
import { checkOutputArea, outputSize } from "../options/size.js";
import { nearestIndices } from "../resize/nearest.js";
import { cropStart } from "./crop-start.js";
import { type ImageDecoder, loadImage } from "./load-image.js";

/**
 * A map of class or instance numbers: a tensor [H, W] (or several at once, [B, H, W]), a `.npy` file, or an image. The numbers of an image
 * are its palette indices, or its grey levels with all 16 bits.
 */
export type SegmentationMap = ImageSource | TensorLike;

/**
 * Reads segmentation maps: tensors as they are, images by their palette indices or grey levels.
 *
 * @throws {ShapeError} a tensor is not [H, W], [1, H, W] or [B, H, W]
 * @throws {InputError} an image has colours
 */
export async function loadSegmentationMap(
  map: SegmentationMap,
  name: string,
  decoder: ImageDecoder | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly LabelMap[]> {
  if (isTensorLike(map)) return tensorMaps(map, name);
  const decode = async (source: ImageSource): Promise<MaskPixels> => {
    const { data, width, height, channels = 4 } = await loadImage(source, name, decoder, { signal });
    return { data, width, height, channels };
  };
  const bytes = await fileBytes(map, decoder, signal);
  const labels = await readLabels(bytes ?? (await decode(map)), { name, decode });
  if (labels) return [labels];
  throw InputError.expected(
    name,
    "a grey image whose levels are class numbers, or one with a palette",
    "colours",
    "give a tensor [H, W] of numbers instead",
  );
}

/** The bytes of a file; undefined where the source is no file, or the runtime is to read it. */
async function fileBytes(
  source: ImageSource,
  decoder: ImageDecoder | undefined,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  const isFile = typeof source === "string" || source instanceof URL || source instanceof Blob;
  return isFile ? decoder?.readImageBytes?.(source, { signal }) : undefined;
}

function tensorMaps(map: TensorLike, name: string): LabelMap[] {
  checkTensor(map, name);
  const [height = 0, width = 0] = map.dims.slice(-2);
  if (map.dims.length < 2 || map.dims.length > 3 || map.type === "float16" || height * width === 0) {
    throw ShapeError.expected(
      name,
      "int32, uint8 or float32 [H, W]",
      `${map.type} [${map.dims.join(", ")}]`,
      "give one map of class numbers per image",
    );
  }
  const area = height * width;
  return Array.from({ length: map.dims.length === 3 ? map.dims[0]! : 1 }, (_, index) => ({
    data: map.data.subarray(index * area, (index + 1) * area),
    height,
    width,
  }));
}

/**
 * A map in the size of the model's masks: each pixel takes the number of the pixel that holds its centre (nearest-exact).
 *
 * @param breathe  awaited between rows
 * @returns        [1, h, w]; fractions are cut off
 * @throws {InputError} it is larger than may be allocated
 */
export async function resizeSegmentationMap(
  map: LabelMap,
  settings: ImageSettings,
  breathe: () => Promise<void>,
): Promise<Tensor<"int32">> {
  const [height, width] = settings.doResize
    ? outputSize(settings.maskSize, map.height, map.width)
    : [map.height, map.width];
  const rows = nearestIndices(map.height, height);
  const columns = nearestIndices(map.width, width);
  const crop = settings.doCenterCrop ? settings.cropSize : undefined;
  const [outHeight, outWidth] = [crop?.height ?? height, crop?.width ?? width];
  checkOutputArea(outHeight, outWidth);
  const out = Tensor.zeros("int32", [1, outHeight, outWidth]);
  const top = cropStart(height, outHeight);
  const left = cropStart(width, outWidth);
  for (let y = 0; y < outHeight; y += 1) {
    await breathe();
    const row = rows[y + top];
    if (row === undefined) continue;
    for (let x = 0; x < outWidth; x += 1) {
      const column = columns[x + left];
      if (column !== undefined) out.data[y * outWidth + x] = map.data[row * map.width + column]!;
    }
  }
  return out;
}
