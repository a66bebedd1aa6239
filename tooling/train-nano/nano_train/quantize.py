"""Writes a model in the quantized safetensors form that `@sam2js/checkpoint` widens: int8, one scale a channel.

    weight[c, ...] = scale[c] * int8[c, ...]

for every tensor `name` of type I8 with `name.int8_scale` (F16 [channels]) beside it; `__metadata__` has
`"quantization": "int8-per-channel"`. Small tensors and what masks are most sensitive to stay float16.
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

FORM = {"format": "pt", "quantization": "int8-per-channel"}
SCALE = ".int8_scale"

LEAST = 1024
"""Smaller tensors stay float16: they are few bytes and often biases or norms."""

KEPT = ("output_hypernetworks_mlps", "iou_prediction_head", "upscale_conv", "conv_s0", "conv_s1", "patch_embed", "positional_embedding", "embed")
"""Parts of names that stay float16: the last steps to a mask or a score, and codes of places, are what masks feel most."""


def quantize(weight: Tensor) -> tuple[Tensor, Tensor]:
    """weight [C, ...] -> int8 of that shape and float16 scales [C]: of several ranges, the one with the least squared error."""
    rows = weight.flatten(1).float()
    largest = rows.abs().amax(1, keepdim=True).clamp(min=1e-4)
    best, kept = torch.full((len(rows),), torch.inf), torch.zeros(len(rows))
    for share in torch.linspace(0.7, 1.0, 16):
        scale = (largest * share / 127).half().float()
        error = (((rows / scale).round().clamp(-127, 127) * scale - rows) ** 2).sum(1)
        better = error < best
        best, kept = torch.where(better, error, best), torch.where(better, scale[:, 0], kept)
    whole = (rows / kept[:, None]).round().clamp(-127, 127).to(torch.int8)
    return whole.view(weight.shape), kept.half()


def quantize_file(source: Path, target: Path) -> int:
    """`source` float32, `target` quantized; gives the bytes of `target`."""
    tensors: dict[str, Tensor] = {}
    for name, weight in load_file(source).items():
        if weight.dim() > 1 and weight.numel() >= LEAST and not any(part in name for part in KEPT):
            tensors[name], tensors[name + SCALE] = quantize(weight)
        else:
            tensors[name] = weight.half()
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, target, metadata=FORM)
    return target.stat().st_size


def widen_file(path: Path) -> dict[str, Tensor]:
    """The float32 tensors of a quantized file, as `@sam2js/checkpoint` reads them."""
    with safe_open(path, "pt") as file:
        assert (file.metadata() or {}).get("quantization") == FORM["quantization"]
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    widened = {}
    for name, tensor in tensors.items():
        if not name.endswith(SCALE):
            scale = tensors.get(name + SCALE)
            shape = (-1,) + (1,) * (tensor.dim() - 1)
            widened[name] = tensor.float() if scale is None else tensor.float() * scale.float().view(shape)
    return widened
