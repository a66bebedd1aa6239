"""How good a model's masks are on held-out scenes, prompt by prompt."""

from __future__ import annotations

from typing import Iterable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import Sam2Model

from .losses import pair_ious
from .model import Decoded, Features, decode, encode, normalise
from .prompts import corrective_click
from .samples import Sample

TARGET_SIDE = 128
"""Masks are compared at this side (scenes are made at 512), whatever the model's own mask size."""

FIGURES = {
    "click": "one click, choice of best predicted IoU",
    "click_oracle": "one click, best of three",
    "single": "one click, single mask",
    "box": "box",
    "clicks2": "two clicks, the second corrects",
    "clicks3": "three clicks, two correct",
    "calibration": "mean |predicted - true IoU|, all masks of the above",
    "sure": "share of one-click masks with predicted IoU > 0.88",
    "sure_iou": "true IoU of those",
}
"""What each figure is; the first six are mean IoU with the mask meant (any valid one for `sure_iou` and `calibration`)."""


@torch.no_grad()
def measure(model: Sam2Model, samples: Iterable[Sample]) -> dict[str, float]:
    """The `FIGURES` of a model on samples that were made at 512 pixels."""
    side = model.config.prompt_encoder_config.image_size
    seen: dict[str, list[float]] = {name: [] for name in (*FIGURES, "predicted", "actual")}
    torch.manual_seed(0)
    for sample in samples:
        _measure_sample(model, side, sample, seen)
    arrays = {name: np.array(values) for name, values in seen.items()}
    means = {name: float(arrays[name].mean()) for name in FIGURES if len(arrays[name])}
    means["calibration"] = float(np.abs(arrays["predicted"] - arrays["actual"]).mean())
    return means


def _measure_sample(model: Sam2Model, side: int, sample: Sample, seen: dict[str, list[float]]) -> None:
    image = F.interpolate(sample.image[None].float(), size=(side, side), mode="bilinear", antialias=True)
    scale = side / sample.image.shape[-1]
    features = encode(model, normalise(image))
    masks, count = sample.masks.float() / 255, len(sample.points)
    rows = torch.arange(count)

    points, labels = (sample.points * scale).view(1, count, 1, 2), torch.ones(1, count, 1, dtype=torch.long)
    out = decode(model, features, points, labels)
    ious = pair_ious(_enlarge(out.logits), masks).masked_fill(~sample.valid[:, None], 0)
    chosen = out.iou[:, 1:].argmax(1) + 1
    seen["click"] += ious[rows, chosen, 0].tolist()
    seen["click_oracle"] += ious[:, 1:, 0].max(1)[0].tolist()
    seen["single"] += ious[:, 0].max(1)[0].tolist()
    any_meaning = ious.max(2)[0]
    sure = out.iou[:, 1:] > 0.88
    seen["sure"] += sure.float().flatten().tolist()
    seen["sure_iou"] += any_meaning[:, 1:][sure].tolist()
    _note_calibration(seen, out.iou, any_meaning)

    corners, corner_labels = (sample.boxes * scale).view(1, count, 2, 2), torch.tensor([2, 3]).expand(1, count, 2)
    boxed = decode(model, features, corners, corner_labels)
    box_iou = pair_ious(_enlarge(boxed.logits[:, :1]), masks[:, :1])[:, 0]
    seen["box"] += box_iou[:, 0].tolist()
    _note_calibration(seen, boxed.iou[:, :1], box_iou)
    _measure_corrections(model, features, (points, labels), out.logits[rows, chosen], masks[:, :1], seen)


def _measure_corrections(
    model: Sam2Model, features: Features, prompt: tuple[Tensor, Tensor], current: Tensor, masks: Tensor, seen: dict[str, list[float]]
) -> None:
    (points, labels), count = prompt, len(masks)
    for name in ("clicks2", "clicks3"):
        small = F.interpolate(masks, size=current.shape[-2:], mode="area")[:, 0]
        click, label = corrective_click(current, small)
        points = torch.cat([points, click.view(1, count, 1, 2)], 2)
        labels = torch.cat([labels, label.view(1, count, 1)], 2)
        out: Decoded = decode(model, features, points, labels, current[:, None].clamp(-32, 32))
        current = out.logits[:, 0]
        iou = pair_ious(_enlarge(out.logits[:, :1]), masks)[:, 0]
        seen[name] += iou[:, 0].tolist()
        _note_calibration(seen, out.iou[:, :1], iou)


def _note_calibration(seen: dict[str, list[float]], predicted: Tensor, actual: Tensor) -> None:
    seen["predicted"] += predicted.flatten().tolist()
    seen["actual"] += actual.flatten().tolist()


def _enlarge(logits: Tensor) -> Tensor:
    return F.interpolate(logits, size=(TARGET_SIDE, TARGET_SIDE), mode="bilinear")
