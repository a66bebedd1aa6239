"""The reference's `Sam2VideoModel` around a trained image model: its weights as they are, a memory half that starts useful."""

from __future__ import annotations

import copy

import torch
from torch import nn
from transformers import Sam2Model, Sam2VideoConfig, Sam2VideoModel

MEMORY_PARTS = ("memory_attention", "memory_encoder", "object_pointer", "memory_temporal", "temporal_positional", "occlusion", "mask_downsample")
"""Beginnings of the names of weights that the image model does not have."""


def video_config(image: Sam2Model) -> Sam2VideoConfig:
    """A memory of four frames and 0.7 M parameters; `kv_in_dim` 64 in the reference fixes the memory's channels."""
    config = image.config
    hidden, size = config.vision_config.fpn_hidden_size, config.prompt_encoder_config.image_size
    return Sam2VideoConfig(
        vision_config=copy.deepcopy(config.vision_config),
        prompt_encoder_config=_video_part(config.prompt_encoder_config.to_dict()),
        mask_decoder_config=_video_part(config.mask_decoder_config.to_dict()),
        image_size=size,
        num_maskmem=4,
        max_object_pointers_in_encoder=4,
        memory_attention_hidden_size=hidden,
        memory_attention_num_layers=2,
        memory_attention_downsample_rate=2,
        memory_attention_feed_forward_hidden_size=2 * hidden,
        memory_attention_dropout=0.0,
        memory_attention_rope_dropout=0.0,
        memory_attention_rope_feat_sizes=[size // 16, size // 16],
        memory_encoder_hidden_size=hidden,
        memory_encoder_output_channels=64,
        mask_downsampler_embed_dim=hidden,
        memory_fuser_embed_dim=hidden,
        memory_fuser_intermediate_dim=2 * hidden,
        memory_fuser_num_layers=1,
    )


def _video_part(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name != "model_type"}


def memory_parameters(model: Sam2VideoModel) -> dict[str, nn.Parameter]:
    return {name: p for name, p in model.named_parameters() if name.startswith(MEMORY_PARTS) or name == "no_object_pointer"}


@torch.no_grad()
def fresh_video_model(image: Sam2Model) -> Sam2VideoModel:
    """Image weights are copied and frozen; the memory half is made to copy: attention starts as a kernel on the same place.

    Queries and keys of the memory attention start as one constant vector in the fast rotary pairs, so that their product
    depends on distance alone; the last norm starts as the identity for features of a common size.
    """
    model = Sam2VideoModel(video_config(image))
    missing = model.load_state_dict(image.state_dict(), strict=False)
    assert not missing.unexpected_keys, missing.unexpected_keys
    memory = memory_parameters(model)
    for module in (model.memory_attention, model.memory_encoder, model.object_pointer_proj, model.temporal_positional_encoding_projection_layer):
        for layer in module.modules():
            if isinstance(layer, (nn.Linear, nn.Conv2d)):
                layer.reset_parameters()
    for fuser in model.memory_encoder.memory_fuser.layers:
        fuser.scale.fill_(0.2)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name in memory)
    for layer in model.memory_attention.layers:
        _start_as_kernel(layer.cross_attn_image)
        for damped in (layer.self_attn.o_proj, layer.linear2):
            damped.weight.mul_(0.1)
            damped.bias.zero_()
    nn.init.normal_(model.memory_temporal_positional_encoding, std=0.1)
    nn.init.normal_(model.no_object_pointer, std=0.1)
    nn.init.normal_(model.occlusion_spatial_embedding_parameter, std=0.5)
    model.mask_downsample.weight.fill_(1.25)  # 16 pixels: 0..1 becomes -10..10, the scale of logits
    model.mask_downsample.bias.fill_(-10.0)
    return model


@torch.no_grad()
def fit_output_norm(model: Sam2VideoModel, raw: torch.Tensor) -> None:
    """Lets memory attention's last norm give features of the size that the decoder knows; raw [B, C, h, w] from some frames."""
    norm = model.memory_attention.layer_norm
    norm.weight.fill_(float(raw.std(1).mean()))
    norm.bias.copy_(model.no_memory_embedding.flatten() + raw.mean())


def _start_as_kernel(attention: nn.Module, strength: float = 3.0, fast: int = 4) -> None:
    """Rotary channels come as pairs: those of x in the first half, of y in the second, fastest first."""
    half = attention.internal_dim // 2
    bias = torch.zeros(attention.internal_dim)
    for start in (0, half):
        bias[start : start + 2 * fast] = strength / 2**0.5
    for projection in (attention.q_proj, attention.k_proj):
        projection.weight.mul_(0.3)
        projection.bias.copy_(bias)
