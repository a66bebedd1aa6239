/**
 * Largest values that a config may hold. They are far above what SAM 2 models have, and keep a lying file from making us walk or allocate
 * without end before its weights are even looked at.
 */
export const CONFIG_LIMITS = {
  /** Channels or features of one layer (published models: 2304). */
  width: 65_536,
  /** Blocks of one stage, layers of one module (published models: 36). */
  depth: 1024,
  /** Image side in pixels: at this size the pixels alone take 3 GiB as float32. */
  imageSize: 16_384,
  /** Kernels, strides, paddings, windows and feature maps are no larger than an image. */
  extent: 16_384,
  /** Entries of a list (published models: 4). */
  listLength: 64,
} as const;
