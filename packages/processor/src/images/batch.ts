import { ShapeError, Tensor, type TensorType } from "@sam2js/core";
import { checkOutputArea, type FixedSize } from "../options/size.js";

/**
 * Stacks images [C, h, w] to a batch [B, C, h, w]. With padding, zeros are added at the right and the bottom.
 *
 * @param pad  `"largest"` for the largest height and width of the batch, or a size in pixels; without, sizes must be equal
 * @throws {ShapeError} sizes or channels differ, or an image is larger than `pad`
 * @throws {InputError} the largest height and width are too large together
 */
export function stackImages<T extends TensorType>(
  images: readonly Tensor<T>[],
  name: string,
  pad?: FixedSize | "largest",
): Tensor<T> {
  const [first] = images;
  const [channels, firstHeight, firstWidth] = first!.dims as [number, number, number];
  const height = pad === "largest" ? largest(images, 1) : (pad?.height ?? firstHeight);
  const width = pad === "largest" ? largest(images, 2) : (pad?.width ?? firstWidth);
  for (const [index, image] of images.entries()) {
    const fits = pad
      ? image.dims[1]! <= height && image.dims[2]! <= width
      : image.dims[1] === height && image.dims[2] === width;
    if (fits && image.dims[0] === channels) continue;
    const most = `[${channels}, ${height}, ${width}]`;
    throw ShapeError.expected(
      `${name}[${index}]`,
      pad ? `at most ${most} to pad to` : `${most} like ${name}[0]`,
      image.dims,
      pad ? "give a larger padSize" : "set doResize or doPad to true, or process the images one by one",
    );
  }
  if (images.length === 1 && firstHeight === height && firstWidth === width) {
    return first!.reshape([1, ...first!.dims]);
  }
  checkOutputArea(height, width);
  const batch = Tensor.zeros(first!.type, [images.length, channels, height, width]);
  for (const [index, { data, dims }] of images.entries()) {
    const lineLength = dims[2]!;
    for (let line = 0; line < channels * dims[1]!; line += 1) {
      const channel = Math.floor(line / dims[1]!);
      const to = ((index * channels + channel) * height + (line % dims[1]!)) * width;
      batch.data.set(data.subarray(line * lineLength, (line + 1) * lineLength), to);
    }
  }
  return batch;
}

function largest(images: readonly Tensor[], axis: number): number {
  return images.reduce((most, image) => Math.max(most, image.dims[axis]!), 0);
}
