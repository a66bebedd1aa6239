"""What a user may give in training: clicks, boxes, both, a rough mask, and clicks that correct an earlier answer."""

from __future__ import annotations

import random
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from .samples import STRIDE


class Prompts(NamedTuple):
    """points [B, N, P, 2] in pixels, labels int [B, N, P], single: one meaning is left, absent bool [B·N], rough: mask logits."""

    points: Tensor
    labels: Tensor
    single: bool
    absent: Tensor
    kind: str
    rough: Tensor | None = None


def draw_prompts(points: Tensor, masks: Tensor, boxes: Tensor, size: int, one_click: float = 0.46) -> Prompts:
    """One kind of prompt for a whole batch. points [B, N, 2], masks [B, N, 3, h, w] in 0..1, boxes [B, N, 4]; `one_click` is its share."""
    images, objects = points.shape[:2]
    one = torch.ones(images, objects, 1, dtype=torch.long, device=points.device)
    nobody = torch.zeros(images * objects, dtype=torch.bool, device=points.device)
    inside = (masks[:, :, 0] > 0.5).float().flatten(0, 1)
    click = (points + torch.randn_like(points) * 0.7)[:, :, None]
    if random.random() < one_click:
        labels = one
        if random.random() < 0.4:  # a click on nothing: only "not this" is said
            nobody = torch.rand(images * objects, device=points.device) < 0.1
            labels = torch.where(nobody.view(images, objects, 1), 0, one)
        return Prompts(click, labels, False, nobody, "click")
    more = _random_pixels(inside, images, objects)
    away = _random_pixels(1 - inside, images, objects)
    extent = (boxes[..., 2:] - boxes[..., :2]).repeat(1, 1, 2)
    loose = boxes + torch.randn_like(boxes) * random.choice([0, 0.02, 0.06]) * extent
    corners = loose.clamp(0, size).view(images, objects, 2, 2)
    corner_labels = torch.tensor([2, 3], device=points.device).expand(images, objects, 2)
    draw = random.uniform(0.46, 1)
    if draw < 0.68:
        return Prompts(corners, corner_labels, True, nobody, "box")
    if draw < 0.78:
        return Prompts(torch.cat([click, more], 2), torch.cat([one, one], 2), True, nobody, "clicks")
    if draw < 0.86:
        return Prompts(torch.cat([click, away], 2), torch.cat([one, 0 * one], 2), True, nobody, "clicks")
    if draw < 0.94:
        nothing = -torch.ones_like(one)
        return Prompts(torch.zeros_like(click), nothing, True, nobody, "mask", rough_masks(masks[:, :, 0].flatten(0, 1)))
    if draw < 0.97:
        return Prompts(torch.cat([click, corners], 2), torch.cat([one, corner_labels], 2), True, nobody, "box+click")
    return Prompts(torch.cat([click, more, away], 2), torch.cat([one, one, 0 * one], 2), True, nobody, "clicks")


@torch.no_grad()
def rough_masks(masks: Tensor) -> Tensor:
    """What an earlier frame might say of masks [R, h, w]: moved by up to four cells, grown or shrunk; logits [R, 1, h, w]."""
    shifts = torch.randint(-4, 5, (len(masks), 2)).tolist()
    moved = torch.stack([torch.roll(mask, shift, (0, 1)) for mask, shift in zip(masks, shifts)])[:, None]
    width = random.choice([1, 3, 5])
    moved = F.max_pool2d(moved, width, 1, width // 2) if random.random() < 0.5 else -F.max_pool2d(-moved, width, 1, width // 2)
    return (moved * 2 - 1) * random.uniform(3, 12)


@torch.no_grad()
def corrective_click(logits: Tensor, masks: Tensor) -> tuple[Tensor, Tensor]:
    """A click on a mistake, likelier inside large ones. logits, masks [R, h, w] -> points [R, 2], labels int [R]."""
    rows, _, width = masks.shape
    actual = masks > 0.5
    wrong = ((logits > 0) != actual).float()
    depth = (F.avg_pool2d(wrong[:, None], 5, 1, 2)[:, 0] * wrong).flatten(1)
    flawless = wrong.flatten(1).sum(1, keepdim=True) == 0
    depth = depth + flawless * actual.flatten(1).float()
    chosen = (depth**2 + 1e-9).multinomial(1)[:, 0]
    jitter = (torch.rand(rows, 2, device=masks.device) - 0.5) * 2
    points = torch.stack([chosen % width, chosen // width], 1) * STRIDE + STRIDE / 2 + jitter
    return points, actual.flatten(1)[torch.arange(rows, device=masks.device), chosen].long()


def _random_pixels(where: Tensor, images: int, objects: int) -> Tensor:
    """One pixel per row inside `where` [B·N, h, w], as [B, N, 1, 2]."""
    width = where.shape[-1]
    chosen = (where.flatten(1) + 1e-6).multinomial(1)[:, 0]
    points = torch.stack([chosen % width, chosen // width], -1) * STRIDE + STRIDE / 2.0
    return points.view(images, objects, 1, 2)
