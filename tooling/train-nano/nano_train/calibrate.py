"""Trains the predicted IoU alone, on masks that stay as they are: the last step but one before weights are shipped.

While masks change, their predicted IoU runs after them, at several image sizes. Here the image size is that of use, the answers are
decoded once, and only the small network behind the IoU token learns from them, which changes no mask.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Iterator, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader
from transformers import Sam2Model

from .dataset import SceneStream
from .export import export
from .losses import pair_ious
from .model import Decoded, decode, encode, normalise
from .prompts import corrective_click
from .samples import Sample

SCENES, BATCH = 1600, 8
TARGET_SIDE = 128
"""Masks are compared at this side, whatever the model's own."""
RENDERED = 512
"""Scenes are drawn at this side and made smaller, as the measured ones are."""
STEPS, ROWS, RATE = 4000, 512, 1e-3
HELD_BACK = 8
"""One batch of answers in eight is not learnt from; the best step on them is kept."""


class Answers(NamedTuple):
    """What the decoder gave: IoU tokens [R, C], the true IoU of its four masks [R, 4], which of them are asked for [R, 4]."""

    tokens: Tensor
    ious: Tensor
    asked: Tensor


def calibrate_folder(source: Path, target: Path, data: Path, scenes: int = SCENES, seed: int = 5) -> Path:
    """A copy of the model in `source` with a predicted IoU that fits its masks."""
    model = Sam2Model.from_pretrained(source).eval()
    calibrate(model, data, scenes, seed)
    return export(model, target)


def calibrate(model: Sam2Model, data: Path, scenes: int = SCENES, seed: int = 5) -> tuple[float, float]:
    """In place; gives the mean error on answers held back, before and after."""
    torch.manual_seed(seed)
    batches = list(islice(_answers(model, data, seed), max(2, 3 * scenes // BATCH)))
    held = _join(batches[::HELD_BACK])
    learnt = _join([batch for i, batch in enumerate(batches) if i % HELD_BACK])
    head = model.mask_decoder.iou_prediction_head
    before = best = _error(head, held)
    kept = {name: value.clone() for name, value in head.state_dict().items()}
    optimizer = torch.optim.AdamW(head.parameters(), RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for step in range(STEPS):
        some = torch.randint(len(learnt.tokens), (ROWS,))
        difference = (head(learnt.tokens[some]) - learnt.ious[some]).abs() * learnt.asked[some]
        optimizer.zero_grad()
        (difference.sum() / learnt.asked[some].sum()).backward()
        optimizer.step()
        schedule.step()
        if step % 200 == 199 and (error := _error(head, held)) < best:
            best, kept = error, {name: value.clone() for name, value in head.state_dict().items()}
    head.load_state_dict(kept)
    return before, best


@torch.no_grad()
def _error(head: nn.Module, answers: Answers) -> float:
    return float(((head(answers.tokens) - answers.ious).abs() * answers.asked).sum() / answers.asked.sum())


def _join(batches: list[Answers]) -> Answers:
    return Answers(*(torch.cat(fields) for fields in zip(*batches)))


@torch.no_grad()
def _answers(model: Sam2Model, data: Path, seed: int) -> Iterator[Answers]:
    """Clicks, boxes and a corrective click for each object of scenes of the training pictures."""
    side = model.config.prompt_encoder_config.image_size
    stream = SceneStream(data, RENDERED, 12, seed=seed * 7919 + 1, rich=0.15)
    seen: list[Tensor] = []
    hook = model.mask_decoder.iou_prediction_head.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    try:
        for fields in DataLoader(stream, batch_size=BATCH):
            sample = Sample(*fields)
            image = F.interpolate(sample.image.float(), size=(side, side), mode="bilinear", antialias=True)
            features, masks, valid = encode(model, normalise(image)), sample.masks.flatten(0, 1).float() / 255, sample.valid.flatten(0, 1)
            scale = side / RENDERED
            points = (sample.points * scale)[:, :, None]
            labels = torch.ones(points.shape[:3], dtype=torch.long)
            corners = (sample.boxes * scale).view(*points.shape[:2], 2, 2)
            corners = corners + torch.randn_like(corners) * 0.02 * (corners[:, :, 1:] - corners[:, :, :1])
            one_meaning = valid & torch.tensor([True, False, False])
            click = decode(model, features, points, labels)
            yield _answer(click, masks, valid, seen.pop(), torch.ones(4))
            box = decode(model, features, corners, torch.tensor([2, 3]).expand(*points.shape[:2], 2))
            yield _answer(box, masks, one_meaning, seen.pop(), torch.tensor([1.0, 0.3, 0.3, 0.3]))
            rows = torch.arange(len(masks))
            current = click.logits[rows, click.iou[:, 1:].argmax(1) + 1]
            small = F.interpolate(masks[:, :1], size=current.shape[-2:], mode="area")[:, 0]
            again, label = corrective_click(current, small)
            points = torch.cat([points, again.view(*points.shape[:2], 1, 2)], 2)
            labels = torch.cat([labels, label.view(*labels.shape[:2], 1)], 2)
            corrected = decode(model, features, points, labels, current[:, None].clamp(-32, 32))
            yield _answer(corrected, masks, one_meaning, seen.pop(), torch.tensor([1.0, 0.3, 0.3, 0.3]))
    finally:
        hook.remove()


def _answer(out: Decoded, masks: Tensor, valid: Tensor, tokens: Tensor, asked: Tensor) -> Answers:
    logits = F.interpolate(out.logits, size=(TARGET_SIDE, TARGET_SIDE), mode="bilinear")
    ious = pair_ious(logits, masks).masked_fill(~valid[:, None], 0).max(2)[0]
    return Answers(tokens.clone(), ious, asked.expand(len(ious), 4))
