"""Tries configs at the limits of the reference and prints what happens: the source of README.md's table.

    python check_limits.py
"""
import copy

import torchvision_cpu  # noqa: F401  must come before transformers
import torch
from transformers import Sam2Model

from configs import FIXTURES, make_config
from make_image_goldens import quiet


def changed(**parts):
    spec = copy.deepcopy(FIXTURES["odd-a"])
    for key, value in parts.items():
        spec[key] = {**spec.get(key, {}), **value} if isinstance(value, dict) else value
    return spec


TRIALS = {
    "as it is": changed(),
    "global block opens a pooled stage": changed(backbone=dict(global_attention_blocks=[1])),
    "window 0 before a pool": changed(backbone=dict(window_size_per_stage=[8, 0, 7, 5])),
    "window 1 before a pool": changed(backbone=dict(window_size_per_stage=[8, 1, 7, 5])),
    "window 0 in the last stage": changed(backbone=dict(window_size_per_stage=[8, 4, 7, 0])),
    "odd window 3 before a pool": changed(backbone=dict(window_size_per_stage=[8, 3, 7, 5])),
    "odd window 5 before a pool": changed(backbone=dict(window_size_per_stage=[8, 4, 5, 5])),
    "image size not divisible by 4 x first window": changed(image_size=160, backbone=dict(window_size_per_stage=[16, 4, 8, 5])),
    "image size no multiple of 32": changed(image_size=144, backbone=dict(window_size_per_stage=[4, 4, 8, 5])),
    "2 pools, top-down 2": changed(backbone=dict(num_query_pool_stages=2), vision=dict(fpn_top_down_levels=[2, 3])),
    "2 pools, top-down 1": changed(backbone=dict(num_query_pool_stages=2), vision=dict(fpn_top_down_levels=[1])),
    "1 pool": changed(backbone=dict(num_query_pool_stages=1), vision=dict(fpn_top_down_levels=[])),
    "0 pools": changed(backbone=dict(num_query_pool_stages=0), vision=dict(fpn_top_down_levels=[])),
    "4 pools": changed(backbone=dict(num_query_pool_stages=4)),
    "equal widths at a pool": changed(backbone=dict(embed_dim_per_stage=[16, 16, 48, 64])),
    "3 stages": changed(backbone=dict(embed_dim_per_stage=[16, 24, 48], num_attention_heads_per_stage=[1, 2, 4], blocks_per_stage=[1, 2, 3],
        window_size_per_stage=[8, 4, 7], global_attention_blocks=[4]), vision=dict(fpn_top_down_levels=[1])),
    "5 stages": changed(backbone=dict(embed_dim_per_stage=[16, 24, 48, 64, 80], num_attention_heads_per_stage=[1, 2, 4, 8, 5], blocks_per_stage=[1, 2, 3, 1, 1],
        window_size_per_stage=[8, 4, 4, 2, 2], global_attention_blocks=[4]), vision=dict(fpn_top_down_levels=[2])),
    "a stage without blocks": changed(backbone=dict(blocks_per_stage=[1, 2, 3, 0])),
    "query_stride 2": changed(backbone=dict(query_stride=2)),
    "query_stride [1, 1]": changed(backbone=dict(query_stride=[1, 1])),
    "patch kernel, stride, padding as numbers": changed(backbone=dict(patch_kernel_size=7, patch_padding=3)),
    "patch_stride [2, 2], patch_size 8": changed(backbone=dict(patch_stride=[2, 2])),
    "heads that do not divide": changed(backbone=dict(num_attention_heads_per_stage=[1, 5, 4, 8])),
    "neck of another width": changed(vision=dict(fpn_hidden_size=48)),
    "decoder of another width": changed(mask_decoder=dict(hidden_size=48)),
    "neck kernel 3, padding 1": changed(vision=dict(fpn_kernel_size=3, fpn_padding=1)),
    "neck stride 2": changed(vision=dict(fpn_stride=2)),
    "num_feature_levels 2": changed(vision=dict(num_feature_levels=2)),
    "num_feature_levels 4": changed(vision=dict(num_feature_levels=4)),
    "hidden size no multiple of 8": changed(hidden_size=36, mask_decoder=dict(attention_downsample_rate=1)),
    "hidden size no multiple of 4": changed(hidden_size=34, mask_decoder=dict(attention_downsample_rate=1, num_attention_heads=2)),
    "downsample rate that does not divide": changed(mask_decoder=dict(attention_downsample_rate=3)),
    "mask_input_channels no multiple of 4": changed(prompt_encoder=dict(mask_input_channels=10)),
    "num_point_embeddings 2": changed(prompt_encoder=dict(num_point_embeddings=2)),
    "1 channel": changed(backbone=dict(num_channels=1)),
    "0 decoder layers": changed(mask_decoder=dict(num_hidden_layers=0)),
    "5 decoder layers": changed(mask_decoder=dict(num_hidden_layers=5)),
    "1 multimask output": changed(mask_decoder=dict(num_multimask_outputs=1)),
    "0 multimask outputs": changed(mask_decoder=dict(num_multimask_outputs=0)),
    "iou_head_depth 1": changed(mask_decoder=dict(iou_head_depth=1)),
    "image_size [128, 128] in the prompt encoder": changed(prompt_encoder=dict(image_size=[128, 128])),
    "unknown activation": changed(backbone=dict(hidden_act="nope")),
}


def attempt(spec):
    channels, size = spec["backbone"].get("num_channels", 3), spec["image_size"]
    config = spec.get("prompt_encoder", {}).pop("image_size", None)
    made = make_config(spec)
    if config is not None:
        made.prompt_encoder_config.image_size = config
    model = Sam2Model(made).eval()
    with torch.no_grad():
        out = model(pixel_values=torch.randn(1, channels, size, size), input_points=torch.rand(1, 2, 1, 2) * size, input_labels=torch.ones(1, 2, 1, dtype=torch.int64))
        shape = list(out.pred_masks.shape)
        model(image_embeddings=out.image_embeddings, input_boxes=torch.rand(1, 1, 4) * size, input_masks=torch.randn(1, 1, size // 4, size // 4), multimask_output=False)
    return shape


def main():
    quiet()
    for name, spec in TRIALS.items():
        try:
            print(f"runs   {name}: masks {attempt(spec)}")
        except Exception as error:  # whatever it raises is the answer
            text = str(error) or "?"
            print(f"fails  {name}: {type(error).__name__}: {text.splitlines()[0][:130]}")


if __name__ == "__main__":
    main()
