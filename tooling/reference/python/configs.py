"""Configs of the fixtures, and random valid ones.

A spec is a plain dict: `image_size`, `hidden_size` (of prompt encoder, decoder and neck), and overrides for `backbone`,
`vision`, `prompt_encoder`, `mask_decoder`; `video` makes a Sam2VideoModel checkpoint; `saved_dtype` and `max_shard_size`
say how it is saved, `processor_file` which of the two processor files goes beside it.
"""
import numpy as np
from transformers import EdgeTamConfig, EdgeTamVideoConfig, EdgeTamVisionConfig, Sam2Config, Sam2VideoConfig, TimmWrapperConfig

FIXTURES = {
    # Three query pools, padded windows, an odd window under a pool, two global blocks, dynamic multimask.
    "odd-a": dict(seed=101, image_size=128, hidden_size=40, photos=[(43, 61), (75, 50)],
        backbone=dict(embed_dim_per_stage=[16, 24, 48, 64], hidden_size=16, num_attention_heads_per_stage=[1, 2, 4, 8],
            blocks_per_stage=[1, 2, 3, 2], window_size_per_stage=[8, 4, 7, 5], global_attention_blocks=[4, 7], mlp_ratio=2.5,
            window_positional_embedding_background_size=[7, 7]),
        mask_decoder=dict(mlp_dim=96, num_attention_heads=4, iou_head_hidden_dim=48), processor_file="preprocessor_config.json"),
    # Two query pools (stage 4 keeps stage 3's size and width), one decoder layer, fixed single mask, two multimasks; saved as float16.
    "odd-b": dict(seed=102, image_size=160, hidden_size=24, photos=[(52, 37), (40, 66)], saved_dtype="float16",
        backbone=dict(embed_dim_per_stage=[12, 36, 60, 60], hidden_size=12, num_attention_heads_per_stage=[3, 2, 5, 4],
            blocks_per_stage=[2, 1, 2, 2], window_size_per_stage=[10, 6, 8, 3], global_attention_blocks=[1, 5], num_query_pool_stages=2,
            window_positional_embedding_background_size=[5, 9], layer_norm_eps=1e-4, hidden_act="relu", mlp_ratio=3.2),
        vision=dict(fpn_top_down_levels=[1, 3]),
        prompt_encoder=dict(mask_input_channels=8, layer_norm_eps=3e-4, hidden_act="silu", num_point_embeddings=5),
        mask_decoder=dict(mlp_dim=80, num_hidden_layers=1, num_attention_heads=3, attention_downsample_rate=4, num_multimask_outputs=2,
            iou_head_depth=4, iou_head_hidden_dim=20, dynamic_multimask_via_stability=False), processor_file="processor_config.json"),
    # A video checkpoint (what published files are), three decoder layers.
    "odd-c": dict(seed=113, image_size=96, hidden_size=32, photos=[(31, 47), (58, 33)], video=True,
        backbone=dict(embed_dim_per_stage=[8, 16, 32, 64], hidden_size=8, num_attention_heads_per_stage=[1, 2, 4, 8],
            blocks_per_stage=[1, 2, 4, 1], window_size_per_stage=[6, 4, 5, 3], global_attention_blocks=[4],
            window_positional_embedding_background_size=[14, 14]),
        vision=dict(fpn_top_down_levels=[2, 3]),
        mask_decoder=dict(mlp_dim=64, num_hidden_layers=3, num_attention_heads=8, attention_downsample_rate=1, iou_head_hidden_dim=32, iou_head_depth=2),
        processor_file="preprocessor_config.json"),
    # Sharded, saved as bfloat16, a deep third stage, smallest image, 3x3 neck, tanh GELU, four multimasks.
    "odd-d": dict(seed=104, image_size=64, hidden_size=40, photos=[(29, 41), (45, 23)], saved_dtype="bfloat16", max_shard_size="150KB",
        backbone=dict(embed_dim_per_stage=[10, 20, 40, 80], hidden_size=10, num_attention_heads_per_stage=[1, 1, 2, 5],
            blocks_per_stage=[2, 3, 7, 2], window_size_per_stage=[4, 4, 3, 0], global_attention_blocks=[6, 9, 13], hidden_act="gelu_pytorch_tanh",
            window_positional_embedding_background_size=[3, 3]),
        vision=dict(fpn_top_down_levels=[0, 1, 2], fpn_kernel_size=3, fpn_padding=1),
        prompt_encoder=dict(mask_input_channels=20),
        mask_decoder=dict(mlp_dim=72, num_attention_heads=5, attention_downsample_rate=2, num_multimask_outputs=4, iou_head_hidden_dim=24,
            dynamic_multimask_stability_delta=0.1), processor_file="processor_config.json"),
    # EdgeTAM with the network of its published checkpoint, narrower: two kinds of mixer, with and without squeeze-and-excite.
    "edge-a": dict(seed=121, image_size=128, hidden_size=40, photos=[(43, 61), (75, 50)], repvit=dict(architecture="repvit_m1", embed_dim=[16, 24, 40, 48], depth=[2, 1, 3, 1]),
        mask_decoder=dict(mlp_dim=96, num_attention_heads=4, iou_head_hidden_dim=48), processor_file="preprocessor_config.json"),
    # A video checkpoint, of the later RepViT (one batch norm behind both branches), other kernels and ratios, saved as float16.
    "edge-b": dict(seed=124, image_size=96, hidden_size=64, photos=[(31, 47), (58, 33)], video=True, saved_dtype="float16",
        repvit=dict(architecture="repvit_m0_9.dist_450e_in1k", embed_dim=[12, 20, 28, 36], depth=[1, 2, 2, 0], kernel_size=5, mlp_ratio=[2, 3, 1, 2]),
        vision=dict(fpn_top_down_levels=[0, 2], fpn_kernel_size=3, fpn_padding=1),
        mask_decoder=dict(mlp_dim=64, num_hidden_layers=3, num_attention_heads=8, num_multimask_outputs=2, iou_head_hidden_dim=32), processor_file="processor_config.json"),
    # Checkpoints that the parts' own classes saved: names without `vision_encoder.` and `backbone.`.
    "vision-tower": dict(seed=105, tower="vision", image_size=64, hidden_size=16, photos=[(27, 38), (9, 9)],
        backbone=dict(embed_dim_per_stage=[8, 16, 24, 40], hidden_size=8, num_attention_heads_per_stage=[1, 2, 3, 4],
            blocks_per_stage=[1, 1, 2, 1], window_size_per_stage=[8, 4, 4, 2], global_attention_blocks=[3])),
    "hiera-tower": dict(seed=106, tower="hiera", image_size=64, hidden_size=16, photos=[(35, 22), (9, 9)],
        backbone=dict(embed_dim_per_stage=[8, 16, 24, 40], hidden_size=8, num_attention_heads_per_stage=[1, 2, 3, 4],
            blocks_per_stage=[1, 1, 2, 1], window_size_per_stage=[8, 4, 4, 2], global_attention_blocks=[3])),
}


def square(value):
    return [value, value]


def repvit_config(repvit, size, width, **vision):
    """Backbone and neck of an EdgeTAM; `repvit` holds an architecture and arguments of timm."""
    arguments = dict(in_chans=3, features_only=True, out_indices=[0, 1, 2, 3], **{key: value for key, value in repvit.items() if key != "architecture"})
    return EdgeTamVisionConfig(backbone_config=TimmWrapperConfig(architecture=repvit["architecture"], model_args=arguments),
        **{**dict(fpn_hidden_size=width, backbone_channel_list=repvit["embed_dim"][::-1],
            backbone_feature_sizes=[square(size // 4), square(size // 8), square(size // 16)]), **vision})


def make_edge_config(spec):
    """The transformers config of a spec with a `repvit`."""
    size, width = spec["image_size"], spec["hidden_size"]
    parts = dict(vision_config=repvit_config(spec["repvit"], size, width, **spec.get("vision", {})),
        prompt_encoder_config=dict(image_size=size, hidden_size=width, **spec.get("prompt_encoder", {})),
        mask_decoder_config={"hidden_size": width, **spec.get("mask_decoder", {})})
    if not spec.get("video"):
        return EdgeTamConfig(**parts)
    return EdgeTamVideoConfig(**parts, image_size=size, memory_attention_rope_feat_sizes=square(size // 16), memory_attention_hidden_size=width,
        memory_attention_num_layers=1, memory_attention_mlp_hidden_size=32, memory_encoder_hidden_size=width, mask_downsampler_embed_dim=width,
        memory_fuser_embed_dim=width, memory_fuser_intermediate_dim=32, memory_fuser_num_layers=1, mask_downsampler_stride=4,
        perceiver_resampler_num_latents=4, perceiver_resampler_num_latents_2d=4, memory_attention_rope_k_sizes=square(2), perceiver_resampler_mlp_intermediate_size=32)


def make_config(spec):
    """The transformers config of a spec, with every field that depends on the image size set to agree."""
    if "repvit" in spec:
        return make_edge_config(spec)
    size, width = spec["image_size"], spec["hidden_size"]
    backbone = dict(spec.get("backbone", {}))
    stride = backbone.get("patch_stride", [4, 4])[0]
    vision = {**dict(fpn_hidden_size=width, backbone_channel_list=backbone["embed_dim_per_stage"][::-1],
        backbone_feature_sizes=[square(size // stride), square(size // stride // 2), square(size // stride // 4)],
        backbone_config=dict(model_type="sam2_hiera_det_model", image_size=square(size), **backbone)), **spec.get("vision", {})}
    prompt = dict(image_size=size, hidden_size=width, patch_size=4 * stride, **spec.get("prompt_encoder", {}))
    decoder = {"hidden_size": width, **spec.get("mask_decoder", {})}
    if not spec.get("video"):
        return Sam2Config(vision_config=vision, prompt_encoder_config=prompt, mask_decoder_config=decoder)
    cells = size // stride // 4
    return Sam2VideoConfig(vision_config=vision, prompt_encoder_config=prompt, mask_decoder_config=decoder, image_size=size,
        enable_occlusion_spatial_embedding=True, enable_temporal_pos_encoding_for_object_pointers=True,
        mask_downsampler_stride=4, memory_attention_rope_feat_sizes=square(cells), memory_attention_hidden_size=width, memory_attention_num_layers=1,
        memory_attention_feed_forward_hidden_size=32, memory_encoder_hidden_size=width, memory_encoder_output_channels=16,
        mask_downsampler_embed_dim=width, memory_fuser_embed_dim=width, memory_fuser_intermediate_dim=32, memory_fuser_num_layers=1)


def random_spec(seed):
    """A config drawn from everything that the reference can run; the caller drops those few that it can not."""
    rng = np.random.default_rng([seed, 20241])
    pick = lambda *values: values[int(rng.integers(len(values)))]
    chance = lambda p: bool(rng.random() < p)
    heads = int(pick(1, 2, 3, 4, 5, 8))
    rate = int(pick(1, 2, 2, 4))
    # divisible by 8 (upscaling), by heads, and by rate with whole heads left
    unit = int(np.lcm.reduce([8, heads * rate, 4]))
    hidden = unit * max(1, int(rng.integers(24, 81)) // unit)
    window = int(pick(2, 3, 4, 5, 6, 8, 8, 10, 12, 14, 16))
    block = int(np.lcm(32, 4 * window))
    size = block * max(1, int(rng.integers(48, 257)) // block)
    pools = int(pick(2, 3, 3))
    stage_heads = [int(pick(1, 2, 3, 4)) for _ in range(4)]
    dims, low = [], int(rng.integers(6, 17))
    for head in stage_heads:
        low = max(low + int(rng.integers(1, 5)), int(low * rng.uniform(1.2, 2)))
        dims.append(head * -(-low // head))
    if pools == 2 and chance(.4):
        dims[3], stage_heads[3] = dims[2], stage_heads[2]
    blocks = [int(rng.integers(1, 4)), int(rng.integers(1, 4)), int(rng.integers(1, 6)), int(rng.integers(1, 4))]
    windows = [window] + [int(pick(2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 14)) for _ in range(3)]
    for stage in range(pools, 4):
        windows[stage] = int(pick(windows[stage], windows[stage], 0))  # 0 is global; under a pool the reference divides by it
    openings = [sum(blocks[:stage]) for stage in range(1, pools + 1)]
    free = [x for x in range(sum(blocks)) if x not in openings]
    globals_ = sorted(int(x) for x in rng.choice(free, size=int(rng.integers(0, min(4, len(free) + 1))), replace=False))
    levels = [int(x) for x in range(4) if chance(.6) and not (pools == 2 and x == 2)]
    kernel = int(pick(1, 1, 1, 3))
    embed_kernel, embed_padding = pick((7, 3), (7, 3), (5, 2), (4, 0), (6, 1), (3, 1))
    activation = lambda: str(pick("gelu", "gelu", "relu", "silu", "gelu_pytorch_tanh", "gelu_new", "quick_gelu"))
    video = chance(.35)
    return dict(seed=seed, image_size=size, hidden_size=hidden, video=video,
        photos=[(int(rng.integers(20, 90)), int(rng.integers(20, 90))) for _ in range(2)],
        saved_dtype=str(pick("float32", "float32", "float16", "bfloat16")), max_shard_size=str(pick("5GB", "5GB", "200KB")),
        tied=chance(.5), processor_file=str(pick("preprocessor_config.json", "processor_config.json")),
        backbone=dict(hidden_size=dims[0], embed_dim_per_stage=dims, num_attention_heads_per_stage=stage_heads, blocks_per_stage=blocks,
            window_size_per_stage=windows, global_attention_blocks=globals_, num_query_pool_stages=pools, mlp_ratio=float(pick(4., 4., 2., 3.5, 1.3)),
            window_positional_embedding_background_size=[int(rng.integers(2, 17)), int(rng.integers(2, 17))],
            patch_kernel_size=[embed_kernel, embed_kernel], patch_padding=[embed_padding, embed_padding],
            hidden_act=activation(), layer_norm_eps=float(pick(1e-6, 1e-5, 1e-3))),
        vision=dict(fpn_top_down_levels=levels, fpn_kernel_size=kernel, fpn_padding=kernel // 2),
        prompt_encoder=dict(mask_input_channels=4 * int(rng.integers(1, 9)), num_point_embeddings=int(pick(4, 4, 6)),
            hidden_act=activation(), layer_norm_eps=float(pick(1e-6, 1e-5, 1e-3))),
        mask_decoder=dict(mlp_dim=int(rng.integers(16, 200)), num_hidden_layers=int(pick(1, 2, 2, 3)), num_attention_heads=heads,
            attention_downsample_rate=rate, num_multimask_outputs=int(pick(3, 3, 3, 2, 1, 5)), iou_head_depth=int(pick(2, 3, 3, 4)),
            iou_head_hidden_dim=int(rng.integers(8, 80)), dynamic_multimask_via_stability=chance(.6),
            dynamic_multimask_stability_delta=float(pick(.05, .05, .1, .02))))


def edge_spec(seed):
    """As `random_spec`, with a RepViT in place of the Hiera."""
    rng = np.random.default_rng([seed, 20242])
    pick = lambda *values: values[int(rng.integers(len(values)))]
    spec = random_spec(seed)
    dims, low = [], 2 * int(rng.integers(3, 9))
    for _ in range(4):
        low += 2 * int(rng.integers(0, 9))
        dims.append(low)
    kernel = int(pick(3, 3, 3, 5, 1))
    architecture = str(pick("repvit_m1", "repvit_m1", "repvit_m0_9", "repvit_m2", "repvit_m1_5"))
    size = 32 * int(rng.integers(2, 7))
    width = spec["hidden_size"]
    if spec["video"]:  # a memory has 64 channels, and pointers are cut into memories
        width = 64 * int(rng.integers(1, 3))
        spec["mask_decoder"].update(num_attention_heads=int(pick(1, 2, 4, 8)), attention_downsample_rate=int(pick(1, 2)))
        size = 32 * int(pick(2, 4, 6))
    spec.update(image_size=size, hidden_size=width, vision=dict(spec["vision"], fpn_top_down_levels=[int(x) for x in range(4) if rng.random() < .6]),
        repvit=dict(architecture=architecture, embed_dim=dims, depth=[int(rng.integers(0, 4)) for _ in range(4)], kernel_size=kernel, mlp_ratio=int(pick(2, 2, 1, 3))))
    del spec["backbone"]
    return spec


def wild_spec(seed):
    """As `random_spec`, with one of the things that the reference runs although no published model needs them."""
    spec = random_spec(seed)
    backbone, kind = spec["backbone"], seed % 6
    if kind == 0:  # three stages
        for key in ("embed_dim_per_stage", "num_attention_heads_per_stage", "blocks_per_stage", "window_size_per_stage"):
            backbone[key] = backbone[key][:3]
        backbone.update(global_attention_blocks=[b for b in backbone["global_attention_blocks"] if b < sum(backbone["blocks_per_stage"])])
        spec["vision"]["fpn_top_down_levels"] = [level for level in spec["vision"]["fpn_top_down_levels"] if level < 2]
    elif kind == 1:  # five stages, the last one not pooled or not used
        for key, value in (("embed_dim_per_stage", backbone["embed_dim_per_stage"][3] + backbone["num_attention_heads_per_stage"][3]),
                           ("num_attention_heads_per_stage", backbone["num_attention_heads_per_stage"][3]), ("blocks_per_stage", 1), ("window_size_per_stage", 2)):
            backbone[key] = [*backbone[key], value]
        backbone["embed_dim_per_stage"][4] = backbone["num_attention_heads_per_stage"][4] * (backbone["embed_dim_per_stage"][4] // backbone["num_attention_heads_per_stage"][4])
        spec["vision"]["fpn_top_down_levels"] = [level for level in spec["vision"]["fpn_top_down_levels"] if level < 2]
    elif kind == 2:  # half the patch stride: twice the tokens
        size = spec["image_size"]
        backbone["patch_stride"] = [2, 2]
        spec["image_size"] = size // 2 if size % 64 == 0 and size > 64 else size
    elif kind == 3:  # kernel and padding as plain numbers
        backbone.update(patch_kernel_size=backbone["patch_kernel_size"][0], patch_padding=backbone["patch_padding"][0])
    elif kind == 4:
        spec["mask_decoder"]["num_hidden_layers"] = 5
    else:  # a width that 8 does not divide
        spec["hidden_size"] = 36
        spec["mask_decoder"].update(num_attention_heads=2, attention_downsample_rate=1)
    return spec
