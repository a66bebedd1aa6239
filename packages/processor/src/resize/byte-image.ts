/** Bytes of an image, row-major, `stride` bytes from pixel to pixel, of which the first `channels` count. */
export interface ByteImage {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly channels: number;
}
