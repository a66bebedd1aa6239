"""Follows objects through a clip, with gradients: the reference's rule for memories, on a batch of clips."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import Sam2VideoModel

from .model import Decoded, Features, decode, normalise


class Frame(NamedTuple):
    """Features of one frame for B clips: raw embedding [B, C, h, w], its positional code [h·w, 1, C], skips."""

    raw: Tensor
    position: Tensor
    stride8: Tensor
    stride4: Tensor


@dataclass
class Memories:
    """What was seen of R = B·N objects: the prompted frame's and the later frames' memories [h·w, R, 64] and pointers [R, C]."""

    prompted: tuple[Tensor, Tensor] | None = None
    later: list[tuple[Tensor, Tensor]] = field(default_factory=list)


@torch.no_grad()
def encode_frames(model: Sam2VideoModel, images: Tensor) -> list[Frame]:
    """images uint8 [B, T, 3, S, S] -> T frames."""
    clips, count = images.shape[:2]
    out = model.vision_encoder(normalise(images.flatten(0, 1)), return_dict=True)
    raw = out.fpn_hidden_states[2].float().view(clips, count, *out.fpn_hidden_states[2].shape[1:])
    stride8 = model.mask_decoder.conv_s1(out.fpn_hidden_states[1])
    stride4 = model.mask_decoder.conv_s0(out.fpn_hidden_states[0])
    stride8, stride4 = (level.view(clips, count, *level.shape[1:]) for level in (stride8, stride4))
    position = out.fpn_position_encoding[2][:1].flatten(2).permute(2, 0, 1).float()
    return [Frame(raw[:, t], position, stride8[:, t], stride4[:, t]) for t in range(count)]


def prompted_frame(model: Sam2VideoModel, frame: Frame, points: Tensor, labels: Tensor) -> Decoded:
    """points [B, N, P, 2], labels [B, N, P]: the image model's own answer."""
    embedding = frame.raw + model.no_memory_embedding.view(1, -1, 1, 1)
    return decode(model, Features(embedding, frame.stride8, frame.stride4, []), points, labels)


def conditioned_embedding(model: Sam2VideoModel, frame: Frame, memories: Memories, objects: int, length: int) -> Tensor:
    """What the decoder is given for a frame of a clip of `length` frames: its features after memory attention, [R, C, h, w]."""
    rows = len(frame.raw) * objects
    features, positions, pointers = _gather(model, memories, rows, length)
    raw = frame.raw.repeat_interleave(objects, 0)
    conditioned = model.memory_attention(
        current_vision_features=raw.flatten(2).permute(2, 0, 1),
        current_vision_position_embeddings=frame.position.expand(-1, rows, -1),
        memory=features,
        memory_posision_embeddings=positions,
        num_object_pointer_tokens=pointers,
    )
    return conditioned[0].transpose(1, 2).reshape(raw.shape)  # the reference gives [1, R, h·w, C]


def tracked_frame(model: Sam2VideoModel, frame: Frame, memories: Memories, objects: int, length: int) -> Decoded:
    """The next frame, from memory alone."""
    embedding = conditioned_embedding(model, frame, memories, objects, length)
    return decode_without_prompt(model, frame, embedding, objects)


def decode_without_prompt(model: Sam2VideoModel, frame: Frame, embedding: Tensor, objects: int) -> Decoded:
    """The decoder's answer for embeddings [R, C, h, w] when no click is given: one padding point."""
    stride8, stride4 = (level.repeat_interleave(objects, 0) for level in (frame.stride8, frame.stride4))
    points = torch.zeros(len(embedding), 1, 1, 2, device=embedding.device)
    labels = -torch.ones(len(embedding), 1, 1, dtype=torch.long, device=embedding.device)
    return decode(model, Features(embedding, stride8, stride4, []), points, labels)


@torch.no_grad()
def taught_embedding(model: Sam2VideoModel, frame: Frame, masks: Tensor, objects: int) -> tuple[Tensor, Tensor]:
    """What memory attention should give: the embedding as a mask prompt with the true mask [R, h, w] would change it.

    Normed as the attention's last layer does, at the features' mean size; also the change itself, against which an error
    is to be measured. Both [R, C, h, w].
    """
    encoder = model.prompt_encoder
    change = encoder.mask_embed((masks[:, None] > 0.5).float() * 16 - 8) - encoder.no_mask_embed.weight.view(1, -1, 1, 1)
    prompted = frame.raw.repeat_interleave(objects, 0) + change
    size, mean = frame.raw.std(1).mean(), frame.raw.mean()
    normed = F.layer_norm(prompted.permute(0, 2, 3, 1), prompted.shape[1:2]).permute(0, 3, 1, 2)
    return normed * size + mean + model.no_memory_embedding.view(1, -1, 1, 1), change


def remember(model: Sam2VideoModel, frame: Frame, logits: Tensor, token: Tensor, score: Tensor, objects: int, hard: bool) -> tuple[Tensor, Tensor]:
    """Memory [h·w, R, 64] and pointer [R, C] of masks [R, h, w]; `hard`: a prompted frame's mask counts as 0 or 1."""
    side = logits.shape[-1] * 4
    mask = F.interpolate(logits[:, None], size=(side, side), mode="bilinear")
    mask = (mask > 0).to(mask.dtype) if hard else mask.sigmoid()
    mask = mask * model.config.sigmoid_scale_for_mem_enc + model.config.sigmoid_bias_for_mem_enc
    memory, _ = model.memory_encoder(frame.raw.repeat_interleave(objects, 0), mask)
    seen = (score > 0).to(memory.dtype)
    memory = memory + (1 - seen)[:, None, None, None] * model.occlusion_spatial_embedding_parameter[..., None, None]
    pointer = seen[:, None] * model.object_pointer_proj(token) + (1 - seen)[:, None] * model.no_object_pointer
    memory = memory.to(torch.bfloat16).to(pointer.dtype)  # as the reference stores it
    return memory.flatten(2).permute(2, 0, 1), pointer


def _gather(model: Sam2VideoModel, memories: Memories, rows: int, length: int) -> tuple[Tensor, Tensor, int]:
    """The prompted frame first, then the last frames, oldest first, then pointers: prompted, newest to oldest."""
    assert memories.prompted is not None
    recent = memories.later[-(model.num_maskmem - 1) :]
    side = model.backbone_feature_sizes[-1][0]
    where = model.memory_encoder.position_encoding((1, model.mem_dim, side, side), memories.prompted[0].device, torch.float32)
    where = where.flatten(2).permute(2, 0, 1).expand(-1, rows, -1)
    when = model.memory_temporal_positional_encoding
    features, positions = [memories.prompted[0]], [where + when[-1]]
    for ago, (memory, _) in zip(range(len(recent), 0, -1), recent):
        features.append(memory)
        positions.append(where + when[ago - 1])
    most = min(length, model.config.max_object_pointers_in_encoder)
    pointers = [memories.prompted[1]] + [pointer for _, pointer in reversed(memories.later[-(most - 1) :])]
    offsets = [len(memories.later) + 1, *range(1, len(pointers))]
    tokens, code = model._process_object_pointers(offsets, pointers, most, rows, model.hidden_dim, pointers[0].device)
    return torch.cat([*features, tokens]), torch.cat([*positions, code]), tokens.shape[0]
