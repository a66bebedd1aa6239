"""Attention as two matrix products, for training on a CPU.

Windows hold 16 to 64 tokens and decoder heads are 8 wide: at these sizes the fused kernels (their backward in bfloat16
above all) are slower than plain products. Numerically the same as the reference; evaluation and export use the reference.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

import torch
from transformers.models.sam2 import modeling_sam2 as reference


def _attend(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, scale: float) -> torch.Tensor:
    if key.shape[-2] < 32 < query.shape[-2]:  # softmax over a few neighbours in memory is ten times slower than over rows
        return ((key @ query.transpose(-2, -1)) * scale).softmax(-2).transpose(-2, -1) @ value
    return ((query @ key.transpose(-2, -1)) * scale).softmax(-1) @ value


def _encoder_attention(self: reference.Sam2MultiScaleAttention, hidden_states: torch.Tensor, **_: object) -> torch.Tensor:
    batch, height, width, _ = hidden_states.shape
    heads = self.num_attention_heads
    query, key, value = self.qkv(hidden_states).reshape(batch, height * width, 3, heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
    if self.query_stride:
        pooled = reference.do_pool(query.transpose(1, 2).reshape(batch, height, width, -1), self.query_stride)
        height, width = pooled.shape[1:3]
        query = pooled.reshape(batch, height * width, heads, -1).transpose(1, 2)
    mixed = _attend(query, key, value, self.scale)
    return self.proj(mixed.transpose(1, 2).reshape(batch, height, width, -1))


def _decoder_attention(
    self: reference.Sam2Attention, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, attention_similarity: None = None, **_: object
) -> tuple[torch.Tensor, None]:
    batch, objects, tokens = query.shape[:3]

    def heads(linear: torch.nn.Linear, x: torch.Tensor) -> torch.Tensor:
        return linear(x).reshape(batch * objects, x.shape[2], self.num_attention_heads, -1).transpose(1, 2)

    mixed = _attend(heads(self.q_proj, query), heads(self.k_proj, key), heads(self.v_proj, value), self.scaling)
    return self.o_proj(mixed.transpose(1, 2).reshape(batch, objects, tokens, -1)), None


@contextmanager
def plain_attention(enabled: bool = True) -> Iterator[None]:
    """Within this context the reference's image attention layers run as plain products."""
    if not enabled:
        yield
        return
    kept = reference.Sam2MultiScaleAttention.forward, reference.Sam2Attention.forward
    reference.Sam2MultiScaleAttention.forward, reference.Sam2Attention.forward = _encoder_attention, _decoder_attention
    try:
        yield
    finally:
        reference.Sam2MultiScaleAttention.forward, reference.Sam2Attention.forward = kept
