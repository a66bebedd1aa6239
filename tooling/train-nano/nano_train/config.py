"""The shape of nano as a reference config."""

from __future__ import annotations

from transformers import Sam2Config, Sam2HieraDetConfig, Sam2VisionConfig
from transformers.models.sam2.configuration_sam2 import Sam2MaskDecoderConfig, Sam2PromptEncoderConfig


def nano_config(size: int = 256, widths: tuple[int, ...] = (32, 64, 128, 256), blocks: tuple[int, ...] = (1, 2, 4, 1), hidden: int = 128) -> Sam2Config:
    """2.48 M parameters at the defaults. `size` must be a multiple of 32; masks have a quarter of it."""
    backbone = Sam2HieraDetConfig(
        hidden_size=widths[0],
        num_attention_heads=1,
        image_size=[size, size],
        blocks_per_stage=list(blocks),
        embed_dim_per_stage=list(widths),
        num_attention_heads_per_stage=[1, 2, 4, 8],
        window_size_per_stage=[8, 4, 8, 4],
        global_attention_blocks=[sum(blocks[:3]) - 2],
        window_positional_embedding_background_size=[8, 8],
    )
    vision = Sam2VisionConfig(
        backbone_config=backbone,
        backbone_channel_list=list(widths)[::-1],
        backbone_feature_sizes=[[size // stride] * 2 for stride in (4, 8, 16)],
        fpn_hidden_size=hidden,
    )
    return Sam2Config(
        vision_config=vision,
        prompt_encoder_config=Sam2PromptEncoderConfig(hidden_size=hidden, image_size=size, patch_size=16),
        mask_decoder_config=Sam2MaskDecoderConfig(hidden_size=hidden, mlp_dim=4 * hidden, iou_head_hidden_dim=hidden, num_attention_heads=8),
    )
