import { checkText } from "@sam2js/core";

const NAME = "the name of a tensor";

/** Beginnings of the names of tensors that only the video model has. */
const VIDEO_PARTS = [
  "memory_",
  "mask_downsample",
  "object_pointer_proj",
  "temporal_positional_encoding_projection_layer",
  "no_memory_positional_encoding",
  "no_object_pointer",
  "occlusion_spatial_embedding_parameter",
  "spatial_perceiver",
];

/**
 * Whether a tensor belongs to the video half of a checkpoint, which image models leave alone.
 *
 * @see `_keys_to_ignore_on_load_unexpected` of the reference's `Sam2PreTrainedModel`
 */
export function isVideoWeight(name: string): boolean {
  checkText(name, "name", NAME);
  return VIDEO_PARTS.some((part) => name.startsWith(part));
}

/** Whether a tensor is of use in training only, such as the number of batches that a batch norm has seen. */
export function isTrainingWeight(name: string): boolean {
  checkText(name, "name", NAME);
  return name.endsWith(".num_batches_tracked");
}

/** Whether an image model leaves a tensor alone without a warning. */
export function isIgnoredByImages(name: string): boolean {
  return isVideoWeight(name) || isTrainingWeight(name);
}
