/** Decoded pixels of a mask file. */
export interface MaskPixels {
  /** height · width · channels samples, row by row. */
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Grey; grey and alpha; RGB; RGB and alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  /** The sample that is white or opaque. Default 255, or 65535 for a `Uint16Array`. */
  readonly full?: number | undefined;
  /** Set where the samples are indices into these colours, RGB one after the other. */
  readonly palette?: Uint8Array | undefined;
  /** Where a file says without an alpha channel what is transparent: whether the pixel whose samples begin at `at` is. */
  readonly isTransparent?: ((at: number) => boolean) | undefined;
}
