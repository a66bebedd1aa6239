"""A random checkpoint of a published size, with the files that published ones have: for benchmarks, not for parity.

    python make_checkpoint.py --arch hiera-tiny --out /tmp/tiny            Sam2Model
    python make_checkpoint.py --arch hiera-tiny --out /tmp/tiny --video    Sam2VideoModel, as published files are
    python make_checkpoint.py --arch hiera-tiny --image-size 512 --out DIR
    python make_checkpoint.py --arch edgetam --out DIR [--video]
"""
import argparse
import json
import os

import torchvision_cpu  # noqa: F401  must come before transformers
import torch
from transformers import (EdgeTamConfig, EdgeTamModel, EdgeTamVideoConfig, EdgeTamVideoModel, Sam2Config, Sam2ImageProcessor, Sam2Model,
    Sam2VideoConfig, Sam2VideoModel)

import weights
from configs import repvit_config
from make_image_goldens import quiet

ARCHITECTURES = {
    "hiera-tiny": {},
    "hiera-small": dict(blocks_per_stage=[1, 2, 11, 2], global_attention_blocks=[7, 10, 13]),
    "hiera-base-plus": dict(hidden_size=112, embed_dim_per_stage=[112, 224, 448, 896], num_attention_heads_per_stage=[2, 4, 8, 16],
        blocks_per_stage=[2, 3, 16, 3], global_attention_blocks=[12, 16, 20], window_positional_embedding_background_size=[14, 14]),
    "hiera-large": dict(hidden_size=144, embed_dim_per_stage=[144, 288, 576, 1152], num_attention_heads_per_stage=[2, 4, 8, 16],
        blocks_per_stage=[2, 6, 36, 4], global_attention_blocks=[23, 33, 43], window_size_per_stage=[8, 4, 16, 8]),
    "edgetam": None,
}
REPVIT = dict(architecture="repvit_m1", embed_dim=[48, 96, 192, 384])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arch", choices=ARCHITECTURES, default="hiera-tiny")
    parser.add_argument("--out", required=True)
    parser.add_argument("--video", action="store_true")
    parser.add_argument("--image-size", type=int, default=1024)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    quiet()
    torch.set_num_threads(os.cpu_count())
    model = (make_edgetam if options.arch == "edgetam" else make_sam2)(options)
    size = options.image_size
    weights.draw(model, options.seed, tied=True)
    model.save_pretrained(options.out, max_shard_size="50GB")
    Sam2ImageProcessor(size=dict(height=size, width=size), mask_size=dict(height=size // 4, width=size // 4)).save_pretrained(options.out)
    for file in os.listdir(options.out):
        os.chmod(os.path.join(options.out, file), 0o644)
    print(json.dumps(dict(out=options.out, parameters=sum(p.numel() for p in model.parameters()),
        bytes={f: os.path.getsize(os.path.join(options.out, f)) for f in sorted(os.listdir(options.out))})))


def make_edgetam(options):
    size = options.image_size
    parts = dict(vision_config=repvit_config(REPVIT, size, 256), prompt_encoder_config=dict(image_size=size))
    if options.video:
        return EdgeTamVideoModel(EdgeTamVideoConfig(**parts, image_size=size, memory_attention_rope_feat_sizes=[size // 16, size // 16]))
    return EdgeTamModel(EdgeTamConfig(**parts))


def make_sam2(options):
    backbone, size = ARCHITECTURES[options.arch], options.image_size
    dims = backbone.get("embed_dim_per_stage", [96, 192, 384, 768])
    vision = dict(backbone_config=dict(model_type="sam2_hiera_det_model", image_size=[size, size], **backbone), backbone_channel_list=dims[::-1],
        backbone_feature_sizes=[[size // s, size // s] for s in (4, 8, 16)])
    prompt = dict(image_size=size)
    if options.video:
        return Sam2VideoModel(Sam2VideoConfig(vision_config=vision, prompt_encoder_config=prompt, image_size=size, memory_attention_rope_feat_sizes=[size // 16, size // 16]))
    return Sam2Model(Sam2Config(vision_config=vision, prompt_encoder_config=prompt))


if __name__ == "__main__":
    main()
