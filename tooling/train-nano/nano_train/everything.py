"""Segment everything: a grid of clicks, the masks that pass the usual thresholds, duplicates removed."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from PIL.Image import Image
from torch import Tensor
from transformers import Sam2Model

from .model import decode, encode, normalise


GRID = 16
"""Clicks along each side; the reference's default is 32."""


class Thresholds(NamedTuple):
    """The defaults are those of the reference's mask generation, but for the grid."""

    predicted_iou: float = 0.88
    stability: float = 0.95
    overlap: float = 0.7
    grid: int = GRID


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


def everything_pipeline(model: Sam2Model, folder: Path, grid: int = GRID) -> Callable[[Image, float, float], list[Tensor]]:
    """The reference's own "mask-generation" on a grid of clicks: (picture, least predicted IoU, least stability) -> masks bool [H, W]."""
    from torchvision.ops import boxes
    from transformers import Sam2ImageProcessor, pipeline

    boxes.nms = suppress  # compiled operators do not load beside a CPU-only PyTorch
    generator = pipeline("mask-generation", model=model, image_processor=Sam2ImageProcessor.from_pretrained(folder), device="cpu")

    def generate(picture: Image, iou: float, stability: float) -> list[Tensor]:
        return generator(picture, points_per_crop=grid, points_per_batch=64, pred_iou_thresh=iou, stability_score_thresh=stability)["masks"]

    return generate


def suppress(boxes: Tensor, scores: Tensor, overlap: float) -> Tensor:
    """Greedy non-maximum suppression of boxes [K, 4], x0 y0 x1 y1: indices kept, best score first."""
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    kept: list[int] = []
    for i in scores.argsort(descending=True, stable=True).tolist():
        corner = torch.minimum(boxes[i, 2:], boxes[kept, 2:]) - torch.maximum(boxes[i, :2], boxes[kept, :2])
        both = corner.clamp(min=0).prod(-1)
        if not (both / (area[i] + area[kept] - both) > overlap).any():
            kept.append(i)
    return torch.tensor(kept, dtype=torch.int64)


def masks_of(masks: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    """bool [M, H, W], also of no mask at all."""
    return torch.stack([torch.as_tensor(mask).bool() for mask in masks]) if len(masks) else torch.zeros(0, *shape, dtype=torch.bool)


def found_share(masks: Tensor, instances: np.ndarray, smallest: float = 0.004, iou: float = 0.75) -> tuple[int, int]:
    """Objects of a scene (above a share of its area) that some mask covers with this IoU, and how many there are."""
    found = total = 0
    for number in range(1, int(instances.max()) + 1):
        actual = torch.from_numpy(instances == number)
        if actual.float().mean() < smallest:
            continue
        total += 1
        both, either = (masks & actual).flatten(1).sum(1), (masks | actual).flatten(1).sum(1)
        found += int(len(masks) > 0 and (both / either).max() >= iou)
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
