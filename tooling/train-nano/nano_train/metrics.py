"""How good a model's masks are, prompt by prompt: the reference's processor, its masks, nothing left to chance.

`@sam2js/bench` does the same with the TypeScript packages; what is decided here (which click corrects, what counts as
"predicted") is decided there.
"""

from __future__ import annotations

from typing import Iterable

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import Sam2Model, Sam2Processor

from .evaluation_set import Example
from .losses import pair_ious
from .model import Features, decode, encode

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
"""What each figure is; the first six are mean IoU with the mask meant (any valid one for `single`, `sure_iou`, `calibration`)."""

Seen = dict[str, list[float]]


@torch.no_grad()
def measure(model: Sam2Model, processor: Sam2Processor, examples: Iterable[Example]) -> dict[str, float]:
    """The `FIGURES` of a model."""
    seen: Seen = {name: [] for name in (*FIGURES, "predicted", "actual")}
    for example in examples:
        _measure_example(model, processor, example, seen)
    arrays = {name: np.array(values) for name, values in seen.items()}
    means = {name: float(arrays[name].mean()) for name in FIGURES if len(arrays[name])}
    means["calibration"] = float(np.abs(arrays["predicted"] - arrays["actual"]).mean())
    return means


def _measure_example(model: Sam2Model, processor: Sam2Processor, example: Example, seen: Seen) -> None:
    features = encode(model, processor(images=example.image, return_tensors="pt")["pixel_values"])
    scale = model.config.prompt_encoder_config.image_size / torch.tensor(example.image.size, dtype=torch.float32)
    masks, count = example.masks, len(example.points)
    rows = torch.arange(count)

    points, labels = (example.points * scale).view(1, count, 1, 2), torch.ones(1, count, 1, dtype=torch.long)
    logits, iou = answer(model, features, points, labels, multimask=True)
    ious = _ious(logits, masks).masked_fill(~example.valid[:, None], 0)
    chosen = iou.argmax(1)
    seen["click"] += ious[rows, chosen, 0].tolist()
    seen["click_oracle"] += ious[:, :, 0].max(1)[0].tolist()
    any_meaning = ious.max(2)[0]
    sure = iou > 0.88
    seen["sure"] += sure.float().flatten().tolist()
    seen["sure_iou"] += any_meaning[sure].tolist()
    _note(seen, iou, any_meaning)

    alone, alone_iou = answer(model, features, points, labels, multimask=False)
    single = _ious(alone, masks).masked_fill(~example.valid[:, None], 0).max(2)[0]
    seen["single"] += single[:, 0].tolist()
    _note(seen, alone_iou, single)

    corners = (example.boxes.view(count, 2, 2) * scale).view(1, count, 2, 2)
    boxed, boxed_iou = answer(model, features, corners, torch.tensor([2, 3]).expand(1, count, 2), multimask=False)
    box = _ious(boxed, masks[:, :1])[:, 0]
    seen["box"] += box[:, 0].tolist()
    _note(seen, boxed_iou, box)

    current = logits[rows, chosen]
    for name in ("clicks2", "clicks3"):
        click, label = deepest_mistake(current, masks[:, 0], model.config.prompt_encoder_config.image_size)
        points = torch.cat([points, click.view(1, count, 1, 2)], 2)
        labels = torch.cat([labels, label.view(1, count, 1)], 2)
        corrected, corrected_iou = answer(model, features, points, labels, False, current[:, None].clamp(-32, 32))
        current = corrected[:, 0]
        better = _ious(corrected, masks[:, :1])[:, 0]
        seen[name] += better[:, 0].tolist()
        _note(seen, corrected_iou, better)


def answer(
    model: Sam2Model, features: Features, points: Tensor, labels: Tensor, multimask: bool, masks: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Logits [N, M, h, w] and predicted IoU [N, M] of one image as `Sam2Model` gives them: M is 3, or 1 with its choice by stability."""
    out = decode(model, features, points, labels, masks)
    if multimask:
        return out.logits[:, 1:], out.iou[:, 1:]
    logits, iou = model.mask_decoder._dynamic_multimask_via_stability(out.logits[None], out.iou[None])
    return logits[0], iou[0]


def deepest_mistake(logits: Tensor, masks: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """The pixel of logits [N, h, w] with most wrong ones around it, 5 x 5; of a faultless mask the same within it.

    masks bool [N, side, side] -> points [N, 2] in pixels of a model's image of `size`, labels int [N].
    """
    height, width = logits.shape[-2:]
    actual = F.interpolate(masks[:, None].float(), size=(height, width), mode="area")[:, 0] > 0.5
    wrong = (logits > 0) != actual
    points, labels = [], []
    for mistake, mask in zip(wrong.numpy(), actual.numpy()):
        where = (mistake if mistake.any() else mask).astype(np.float64)
        depth = cv2.boxFilter(where, -1, (5, 5), normalize=False, borderType=cv2.BORDER_CONSTANT) * where
        y, x = divmod(int(depth.round().argmax()), width)
        points.append([(x + 0.5) * size / width, (y + 0.5) * size / height])
        labels.append(int(mask[y, x]))
    return torch.tensor(points), torch.tensor(labels)


def _ious(logits: Tensor, masks: Tensor) -> Tensor:
    return pair_ious(F.interpolate(logits, size=masks.shape[-2:], mode="bilinear"), masks.float())


def _note(seen: Seen, predicted: Tensor, actual: Tensor) -> None:
    seen["predicted"] += predicted.flatten().tolist()
    seen["actual"] += actual.flatten().tolist()
