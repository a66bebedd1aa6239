"""Runs the same weights at another image size; positional codes are interpolated or computed by the model itself."""

from __future__ import annotations

from transformers import Sam2Model


def set_image_size(model: Sam2Model, size: int) -> None:
    """Sets everything that depends on the image's side, in modules and config; `size` must be a multiple of 32."""
    if model.config.prompt_encoder_config.image_size == size:
        return
    feature_sizes = [[size // stride] * 2 for stride in (4, 8, 16)]
    model.backbone_feature_sizes = feature_sizes
    vision = model.config.vision_config
    vision.backbone_feature_sizes = feature_sizes
    vision.backbone_config.image_size = [size, size]
    encoder = model.prompt_encoder
    encoder.input_image_size = size
    encoder.image_embedding_size = (size // 16, size // 16)
    encoder.mask_input_size = (size // 4, size // 4)
    model.config.prompt_encoder_config.image_size = size
