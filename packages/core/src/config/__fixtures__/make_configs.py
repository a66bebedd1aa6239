"""Asks the reference which configs it can run, and writes files as its save_pretrained does.

    python make_configs.py      (transformers 5.23.0, torch 2.13.0 on the CPU)

Writes beside itself
- runs.json: seeded random configs, each with what the reference did: {"kind", "config", "runs", "error"};
- saved/*.json: config.json files as the reference saves them.
"""

import json
import pathlib
import random
import tempfile

try:
    import torchvision_cpu  # noqa: F401  only where torchvision's operators do not load
except ImportError:
    pass
import torch
import transformers
from transformers import (
    Sam2Config,
    Sam2HieraDetConfig,
    Sam2HieraDetModel,
    Sam2Model,
    Sam2VideoConfig,
    Sam2VisionConfig,
    Sam2VisionModel,
)

HERE = pathlib.Path(__file__).parent
VERSION = "5.23.0"
assert transformers.__version__ == VERSION, transformers.__version__
transformers.logging.set_verbosity_error()


def backbone(rng, size, equal_dims=0.0):
    """`equal_dims`: how often two stages have the same channels. (At one token per stage the reference then runs by accident: it broadcasts.)"""
    stages = rng.choice([3, 4, 4, 4, 4, 5])
    dims = [rng.choice([8, 16])]
    for _ in range(stages - 1):
        dims.append(dims[-1] + (0 if rng.random() < equal_dims else rng.choice([4, 8])))
    heads = [rng.choice([h for h in (1, 2, 4, 8) if d % h == 0]) for d in dims]
    if rng.random() < 0.05:
        heads[rng.randrange(stages)] = 3
    windows = [rng.choice([2, 4, 8])] + [rng.choice([2, 4, 6, 8, 14]) for _ in range(stages - 2)] + [rng.choice([2, 3, 7])]
    if rng.random() < 0.12:
        windows[rng.randrange(stages)] = rng.choice([0, 1, 3, 5])
    blocks = [rng.choice([1, 1, 2, 3]) for _ in range(stages)]
    if rng.random() < 0.03:
        blocks[rng.randrange(stages)] = 0
    starts = {sum(blocks[:stage]) for stage in range(1, stages)}
    anywhere = [block for block in range(sum(blocks) + 2) if block not in starts or rng.random() < 0.02]
    config = {
        "model_type": "sam2_hiera_det_model",
        "hidden_size": dims[0] + (4 if rng.random() < 0.03 else 0),
        "image_size": [size, size],
        "blocks_per_stage": blocks,
        "embed_dim_per_stage": dims,
        "num_attention_heads_per_stage": heads,
        "window_size_per_stage": windows,
        "global_attention_blocks": sorted(rng.sample(anywhere, rng.choice([0, 1, 2]))),
        "num_query_pool_stages": rng.choice([3, 3, 3, 3, 3, 3, 3, 2, 2, 1, 0, 4, 7]),
        "window_positional_embedding_background_size": [rng.choice([3, 7, 8]), rng.choice([3, 7, 8])],
        "mlp_ratio": rng.choice([4.0, 2.0, 1.3]) if rng.random() < 0.2 else 2.0,
    }
    odd = rng.random()
    if odd < 0.04:
        config["query_stride"] = rng.choice([2, [2, 2], [1, 1], [4, 4], [2, 1]])
    elif odd < 0.12:
        kernel, stride, padding = rng.choice([(4, 4, 0), (3, 4, 1), (8, 4, 2), (2, 2, 0), (3, 2, 1), ([7, 3], 4, [3, 1])])
        config.update(patch_kernel_size=kernel, patch_stride=stride, patch_padding=padding)
    elif odd < 0.14:
        config["embed_dim_per_stage"] = dims[:-1]
    elif odd < 0.16:
        config["window_size_per_stage"] = windows + [4]
    elif odd < 0.18:
        config["embed_dim_per_stage"] = dims + [99]
        config["num_attention_heads_per_stage"] = heads + [7]
    return config


def vision(rng, size, patch, equal_dims=0.0):
    body = backbone(rng, size, equal_dims)
    dims = body["embed_dim_per_stage"][: len(body["blocks_per_stage"])]
    side = size // patch
    config = {
        "model_type": "sam2_vision_model",
        "backbone_config": body,
        "backbone_channel_list": dims[::-1],
        "backbone_feature_sizes": [[4 * side] * 2, [2 * side] * 2, [side] * 2],
        "fpn_hidden_size": rng.choice([16, 32]),
        "fpn_top_down_levels": rng.choice([[2, 3], [2, 3], [2, 3], [3], [], [0, 1, 2, 3], [1], [0]]),
    }
    odd = rng.random()
    if odd < 0.05:
        config["fpn_kernel_size"], config["fpn_padding"] = rng.choice([(3, 1), (3, 0), (5, 2), (2, 1)])
    elif odd < 0.07:
        config["fpn_stride"] = 2
    elif odd < 0.10:
        config["backbone_channel_list"] = dims[::-1][1:]
    elif odd < 0.12:
        config["backbone_channel_list"] = dims
    elif odd < 0.17:
        config["num_feature_levels"] = rng.choice([1, 2])
    elif odd < 0.20:
        config["fpn_hidden_size"] = rng.choice([18, 20, 17])
    elif odd < 0.23:
        config["backbone_feature_sizes"] = rng.choice(
            [[[4, 4]] * 3, config["backbone_feature_sizes"] + [[1, 1]], config["backbone_feature_sizes"][:2], None]
        )
    return config


def image_model(rng):
    size = rng.choice([32, 64, 64, 64, 64, 96, 96, 128, 128, 128, 160, 192, 224, 112, 80, 48, 120, 127])
    patch = 8 if rng.random() < 0.05 else 16
    seen = vision(rng, size, patch, equal_dims=0.02)
    hidden = seen["fpn_hidden_size"]
    prompt = {"hidden_size": hidden, "image_size": size, "patch_size": patch, "mask_input_channels": 8}
    decoder = {
        "hidden_size": hidden,
        "mlp_dim": 24,
        "num_attention_heads": rng.choice([1, 2, 4, 4]),
        "attention_downsample_rate": rng.choice([1, 2, 2, 3 if rng.random() < 0.1 else 4]),
        "num_hidden_layers": rng.choice([1, 2, 3]),
        "num_multimask_outputs": rng.choice([1, 2, 3, 5]),
        "iou_head_depth": rng.choice([0, 1, 2, 3, 4]),
        "iou_head_hidden_dim": rng.choice([8, 20]),
        "dynamic_multimask_via_stability": rng.random() < 0.5,
    }
    odd = rng.random()
    if odd < 0.02:
        prompt["hidden_size"] = hidden * 2
    elif odd < 0.04:
        decoder["hidden_size"] = hidden * 2
    elif odd < 0.06:
        decoder["num_attention_heads"] = 3
    elif odd < 0.08:
        decoder["attention_downsample_rate"] = rng.choice([3, 5, 100])
    elif odd < 0.10:
        prompt["mask_input_channels"] = rng.choice([6, 3])
    elif odd < 0.12:
        prompt["image_size"] = size + rng.choice([-16, 16, 32, 3])
    elif odd < 0.14:
        seen["backbone_config"]["image_size"] = 1024
    elif odd < 0.15:
        prompt["num_point_embeddings"] = 3
    elif odd < 0.16:
        prompt["image_size"] = [size, size]
    elif odd < 0.18:
        prompt["hidden_act"] = rng.choice(["relu", "silu", "gelu_pytorch_tanh"])
        decoder["hidden_act"] = "anything"
    config = {"vision_config": seen, "prompt_encoder_config": prompt, "mask_decoder_config": decoder}
    return config, size


def parameters(model):
    """Every parameter away from zero, so that shapes that only broadcast by accident show."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for value in model.parameters():
            value.copy_(torch.randn(value.shape, generator=generator) * 0.1)
    return model.eval()


def run_image_model(config, size):
    model = parameters(Sam2Model(Sam2Config(**config)))
    side = config["prompt_encoder_config"]["image_size"] // config["prompt_encoder_config"]["patch_size"]
    masks = config["mask_decoder_config"]["num_multimask_outputs"]
    pixels = torch.randn(1, 3, size, size)
    point = {"input_points": torch.ones(1, 1, 1, 2), "input_labels": torch.ones(1, 1, 1, dtype=torch.int32)}
    box = {"input_boxes": torch.tensor([[[1.0, 2.0, 20.0, 30.0]]])}
    mask = {"input_masks": torch.randn(1, 1, 4 * side, 4 * side)}
    for prompts in (point, box, {**point, **mask}):
        for multimask in (True, False):
            out = model(pixel_values=pixels, multimask_output=multimask, **prompts)
            expected = (1, 1, masks if multimask else 1, 4 * side, 4 * side)
            assert tuple(out.pred_masks.shape) == expected, f"{tuple(out.pred_masks.shape)} != {expected}"
            assert torch.isfinite(out.pred_masks).all()


def run_vision_model(config, size):
    model = parameters(Sam2VisionModel(Sam2VisionConfig(**config)))
    out = model(torch.randn(1, 3, size, size))
    assert out.last_hidden_state.shape[0] == 1, "windows became images"
    return [list(level.shape[2:]) for level in out.fpn_hidden_states]


def run_hiera(config, size):
    model = parameters(Sam2HieraDetModel(Sam2HieraDetConfig(**config)))
    out = model(torch.randn(1, 3, size, size))
    assert len(out.intermediate_hidden_states) == len(config["blocks_per_stage"])
    assert all(stage.shape[0] == 1 for stage in out.intermediate_hidden_states), "windows became images"
    return [list(stage.shape[1:3]) for stage in out.intermediate_hidden_states]


def attempt(kind, config, run, size):
    case = {"kind": kind, "config": config}
    if kind != "image":
        case["size"] = size
    try:
        with torch.no_grad():
            made = run(json.loads(json.dumps(config)), size)
        case["runs"] = True
        if made is not None:
            case["sizes"] = made
    except Exception as error:  # the point of the exercise
        case["runs"] = False
        lines = str(error).splitlines() or [""]
        case["error"] = f"{type(error).__name__}: {lines[0][:60]}"
    return case


def runs():
    rng = random.Random(5)
    cases = []
    for _ in range(240):
        config, size = image_model(rng)
        cases.append(attempt("image", config, run_image_model, size))
    for _ in range(80):
        size = rng.choice([32, 64, 64, 96, 128, 128, 112, 80, 120])
        config = vision(rng, size, 16)
        cases.append(attempt("vision", config, run_vision_model, size))
        body = backbone(rng, size)
        cases.append(attempt("hiera", body, run_hiera, size))
    return cases


def saved():
    tiny = dict(
        blocks_per_stage=[1, 1, 2, 1],
        embed_dim_per_stage=[8, 16, 24, 32],
        hidden_size=8,
        num_attention_heads_per_stage=[1, 2, 2, 4],
        window_size_per_stage=[4, 2, 7, 3],
        global_attention_blocks=[3],
        image_size=[64, 64],
    )
    seen = dict(
        backbone_config=Sam2HieraDetConfig(**tiny),
        backbone_channel_list=[32, 24, 16, 8],
        backbone_feature_sizes=[[16, 16], [8, 8], [4, 4]],
        fpn_hidden_size=64,
    )
    prompt = dict(hidden_size=64, image_size=64)
    decoder = dict(hidden_size=64, mlp_dim=32, num_attention_heads=2)
    video = dict(
        image_size=64,
        memory_attention_hidden_size=64,
        memory_encoder_hidden_size=64,
        mask_downsampler_embed_dim=64,
        memory_fuser_embed_dim=64,
        memory_attention_rope_feat_sizes=[4, 4],
    )
    parts = dict(prompt_encoder_config=prompt, mask_decoder_config=decoder)
    configs = {
        "image-default": Sam2Config(),
        "image-tiny": Sam2Config(vision_config=Sam2VisionConfig(**seen), **parts),
        "video-default": Sam2VideoConfig(),
        "video-tiny": Sam2VideoConfig(vision_config=Sam2VisionConfig(**seen), **parts, **video),
        "vision-tiny": Sam2VisionConfig(**seen),
        "hiera-tiny": Sam2HieraDetConfig(**tiny),
    }
    for name, config in configs.items():
        with tempfile.TemporaryDirectory() as folder:
            config.save_pretrained(folder)
            yield name, (pathlib.Path(folder) / "config.json").read_text()
    # Every key, those at their defaults too.
    yield "image-every-key", Sam2Config().to_json_string(use_diff=False)
    yield "video-every-key", Sam2VideoConfig().to_json_string(use_diff=False)


if __name__ == "__main__":
    (HERE / "saved").mkdir(exist_ok=True)
    for name, text in saved():
        (HERE / "saved" / f"{name}.json").write_text(text)
    cases = ",\n".join(json.dumps(case, separators=(",", ":")) for case in runs())
    made_by = {"script": "make_configs.py", "transformers": VERSION, "torch": torch.__version__}
    (HERE / "runs.json").write_text(f'{{"madeBy":{json.dumps(made_by)},"cases":[\n{cases}\n]}}\n')
