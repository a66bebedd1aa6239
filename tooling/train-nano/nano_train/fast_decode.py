"""`decode` for many prompts of one image on a CPU: the same numbers, less than half the time in training.

Everything behind the transformer keeps channels last and pixels in blocks (cell, its quarters, their quarters), so that
both transposed convolutions are one matrix product each and nothing large is ever permuted; only masks are put in order.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import Sam2Model

from .model import Decoded, Features, attend, decoded, mask_kernels


def fast_decode(model: Sam2Model, features: Features, points: Tensor, labels: Tensor, masks: Tensor | None = None) -> Decoded:
    """As `decode`, shapes and all."""
    images, objects = points.shape[:2]
    decoder, rows = model.mask_decoder, images * objects
    tokens, image = attend(model, features, points, labels, masks)
    height, width = features.embedding.shape[2:]
    norm, first, second = decoder.upscale_layer_norm, decoder.upscale_conv1, decoder.upscale_conv2
    fine = _quarters(image.reshape(images, objects, height * width, -1), first)  # [B, N, cells, 4, C]
    fine = fine + _blocks(features.stride8, height, width, 2)[:, None]
    fine = decoder.activation(F.layer_norm(fine, fine.shape[-1:], norm.weight, norm.bias, norm.eps))
    fine = _quarters(fine.flatten(2, 3), second)
    skips = _blocks(features.stride4, height, width, 4)
    fine = decoder.activation(fine + skips.view(images, 1, *fine.shape[2:]))
    fine = fine.view(rows, -1, fine.shape[-1])
    blocks = (mask_kernels(model, tokens) @ fine.mT).view(rows, 4, height, width, 2, 2, 2, 2)
    logits = blocks.permute(0, 1, 2, 4, 6, 3, 5, 7).reshape(rows, 4, 4 * height, 4 * width)
    return decoded(model, logits, tokens)


def _quarters(cells: Tensor, convolution: torch.nn.ConvTranspose2d) -> Tensor:
    """The 2 x 2 transposed convolution of cells [..., L, C]: [..., L, 4, C']."""
    weight = convolution.weight.permute(0, 2, 3, 1).flatten(1)
    return F.linear(cells, weight.T, convolution.bias.repeat(4)).unflatten(-1, (4, -1))


def _blocks(fine: Tensor, height: int, width: int, times: int) -> Tensor:
    """[B, C, times·h, times·w] in the order that `_quarters` makes: [B, h·w, times², C]."""
    images, channels = fine.shape[:2]
    if times == 2:
        return fine.view(images, channels, height, 2, width, 2).permute(0, 2, 4, 3, 5, 1).reshape(images, height * width, 4, channels)
    blocks = fine.view(images, channels, height, 2, 2, width, 2, 2).permute(0, 2, 5, 3, 6, 4, 7, 1)
    return blocks.reshape(images, height * width, 16, channels)
