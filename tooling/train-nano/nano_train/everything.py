"""Segment everything: a grid of clicks, the masks that pass the usual thresholds, duplicates removed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import Sam2Model

from .model import decode, encode, normalise


class Thresholds(NamedTuple):
    """The defaults are those of the reference's mask generation, but for a 32 x 32 grid there."""

    predicted_iou: float = 0.88
    stability: float = 0.95
    overlap: float = 0.7
    grid: int = 16


class Candidates(NamedTuple):
    """Every mask of a grid of clicks: logits [M, s/4, s/4] of the model's own size, predicted IoU [M], stability [M]."""

    logits: Tensor
    iou: Tensor
    stability: Tensor


def segment_everything(model: Sam2Model, image: np.ndarray, thresholds: Thresholds = Thresholds()) -> tuple[Tensor, Tensor]:
    """image uint8 RGB [height, width, 3] -> logits [M, s/4, s/4] and scores [M], best first."""
    return select(click_everywhere(model, image, thresholds.grid), thresholds)


@torch.no_grad()
def click_everywhere(model: Sam2Model, image: np.ndarray, grid: int) -> Candidates:
    """One click in each cell of a grid x grid raster, three masks each."""
    side = model.config.prompt_encoder_config.image_size
    pixels = torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None].float()
    pixels = F.interpolate(pixels, size=(side, side), mode="bilinear", antialias=True)
    features = encode(model, normalise(pixels))
    steps = (torch.arange(grid) + 0.5) / grid * side
    points = torch.stack(torch.meshgrid(steps, steps, indexing="xy"), -1).view(1, -1, 1, 2)
    logits, ious = [], []
    for some in points.split(64, 1):
        out = decode(model, features, some, torch.ones(some.shape[:3], dtype=torch.long))
        logits.append(out.logits[:, 1:].flatten(0, 1))
        ious.append(out.iou[:, 1:].flatten())
    masks = torch.cat(logits)
    stability = (masks > 1).flatten(1).sum(1) / (masks > -1).flatten(1).sum(1).clamp(min=1)
    return Candidates(masks, torch.cat(ious), stability)


def select(candidates: Candidates, thresholds: Thresholds) -> tuple[Tensor, Tensor]:
    """What passes the thresholds, without duplicates, best first."""
    kept = (candidates.iou > thresholds.predicted_iou) & (candidates.stability > thresholds.stability)
    return _without_duplicates(candidates.logits[kept], candidates.iou[kept], thresholds.overlap)


def found_share(logits: Tensor, instances: np.ndarray, smallest: float = 0.004, iou: float = 0.75) -> tuple[int, int]:
    """Objects of a scene (above a share of its area) that some mask covers with this IoU, and how many there are."""
    found = total = 0
    masks = F.interpolate(logits[:, None], size=instances.shape, mode="bilinear")[:, 0] > 0 if len(logits) else None
    for number in range(1, instances.max() + 1):
        actual = torch.from_numpy(instances == number)
        if actual.float().mean() < smallest:
            continue
        total += 1
        if masks is not None:
            both, either = (masks & actual).flatten(1).sum(1), (masks | actual).flatten(1).sum(1)
            found += int((both / either).max() >= iou)
    return found, total


def _without_duplicates(logits: Tensor, scores: Tensor, overlap: float) -> tuple[Tensor, Tensor]:
    """Non-maximum suppression by the masks' boxes, as in the reference."""
    order = scores.argsort(descending=True)
    logits, scores = logits[order], scores[order]
    boxes = torch.tensor([_box(mask) for mask in logits > 0]).view(-1, 4)
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    kept: list[int] = []
    for i in range(len(boxes)):
        if area[i] <= 0:
            continue
        others = boxes[kept].view(-1, 4)
        corner = torch.minimum(boxes[i, 2:], others[:, 2:]) - torch.maximum(boxes[i, :2], others[:, :2])
        both = corner.clamp(min=0).prod(1)
        if not (both / (area[i] + area[kept] - both) > overlap).any():
            kept.append(i)
    return logits[kept], scores[kept]


def _box(mask: Tensor) -> list[float]:
    rows, columns = torch.where(mask.any(1))[0], torch.where(mask.any(0))[0]
    if not len(rows):
        return [0.0, 0.0, 0.0, 0.0]
    return [float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)]
