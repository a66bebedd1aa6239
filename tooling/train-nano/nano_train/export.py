"""Writes a model as the reference writes one: weights, config and both forms of the processor's config."""

from __future__ import annotations

from pathlib import Path

from transformers import PreTrainedModel, Sam2ImageProcessor, Sam2Processor, Sam2VideoModel, Sam2VideoProcessor, Sam2VideoVideoProcessor


def export(model: PreTrainedModel, folder: Path) -> Path:
    """`model.safetensors`, `config.json`, `processor_config.json` (transformers 5) and `preprocessor_config.json` (4)."""
    size = model.config.prompt_encoder_config.image_size
    model.save_pretrained(folder)
    images = Sam2ImageProcessor(size={"height": size, "width": size}, mask_size={"height": size // 4, "width": size // 4})
    if isinstance(model, Sam2VideoModel):
        frames = Sam2VideoVideoProcessor(size={"height": size, "width": size})
        Sam2VideoProcessor(images, frames, target_size=size).save_pretrained(folder)
    else:
        Sam2Processor(images, target_size=size).save_pretrained(folder)
    images.save_pretrained(folder)
    return folder
