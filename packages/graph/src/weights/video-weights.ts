/** Beginnings of the names of tensors that only the video model has. */
const VIDEO_PARTS = [
  "memory_",
  "mask_downsample",
  "object_pointer_proj",
  "temporal_positional_encoding_projection_layer",
  "no_memory_positional_encoding",
  "no_object_pointer",
  "occlusion_spatial_embedding_parameter",
];

/**
 * Whether a tensor belongs to the video half of a checkpoint, which image models leave alone.
 *
 * @see `_keys_to_ignore_on_load_unexpected` of the reference's `Sam2PreTrainedModel`
 */
export function isVideoWeight(name: string): boolean {
  return VIDEO_PARTS.some((part) => name.startsWith(part));
}
