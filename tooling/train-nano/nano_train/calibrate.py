"""Trains the predicted IoU alone, on masks that stay as they are: the last step but one before weights are shipped.

While masks change, their predicted IoU runs after them, at several image sizes. Here the image size is that of use, the answers are
decoded once, and only the small network behind the IoU token learns from them, which changes no mask.

Who is asked for everything a click may mean keeps what is said to be good, and a mean of what may be good and what may not is
seldom high. So the three masks of a single click are said to have a quantile of the IoU they turn out to have; whatever
answers one prompt with one mask is said to have the median.
"""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import AutoConfig, Sam2Model, Sam2VideoModel

from .attention import plain_attention
from .export import export
from .fast_decode import fast_decode
from .losses import pair_ious
from .model import Decoded, encode, normalise
from .prompts import corrective_click
from .scene_store import MASK_SIDE, open_store
from .stored_prompts import Prompted, draw_click, draw_scene

SCENES, CLICKS = 1200, 16
"""Scenes of the store that are answered, and clicks on each; half of the clicks are corrected too, and half of the objects get a box."""
QUANTILE = 0.88
STEPS, ROWS, RATE = 3000, 512, 1e-3
HELD_BACK = 8
"""The answers of one scene in eight are not learnt from; the best step on them is kept."""
ALL_MASKS, ONE_MASK = (1.0, 1.0, 1.0, 1.0), (1.0, 0.3, 0.3, 0.3)
"""How much each of the four masks counts where a click is ambiguous, and where it is not."""


class Answers(NamedTuple):
    """What the decoder gave: IoU tokens [R, C], the true IoU of its four masks [R, 4], how much they count and their quantile [R, 4]."""

    tokens: Tensor
    ious: Tensor
    weights: Tensor
    quantiles: Tensor


def calibrate_folder(source: Path, target: Path, store: Path, scenes: int = SCENES, quantile: float = QUANTILE) -> Path:
    """A copy of the model in `source`, memory half and all, with a predicted IoU learnt from a store (see `scene_store`)."""
    model = Sam2Model.from_pretrained(source).eval()
    calibrate(model, store, scenes, quantile)
    of_video = AutoConfig.from_pretrained(source).model_type == "sam2_video"
    whole = Sam2VideoModel.from_pretrained(source) if of_video else model
    whole.mask_decoder.iou_prediction_head.load_state_dict(model.mask_decoder.iou_prediction_head.state_dict())
    return export(whole, target)


def calibrate(model: Sam2Model, store: Path, scenes: int = SCENES, quantile: float = QUANTILE, seed: int = 5) -> tuple[float, float]:
    """In place; gives the pinball loss on answers held back, before and after."""
    torch.manual_seed(seed)
    answers = list(_answers(model, store, max(2, scenes), quantile, seed))
    held = _join(answers[::HELD_BACK])
    learnt = _join([answer for i, answer in enumerate(answers) if i % HELD_BACK])
    head = model.mask_decoder.iou_prediction_head
    with torch.no_grad():
        before = best = float(pinball(head, held))
    kept = {name: value.clone() for name, value in head.state_dict().items()}
    optimizer = torch.optim.AdamW(head.parameters(), RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for step in range(STEPS):
        some = torch.randint(len(learnt.tokens), (ROWS,))
        optimizer.zero_grad()
        pinball(head, Answers(*(field[some] for field in learnt))).backward()
        optimizer.step()
        schedule.step()
        if step % 200 == 199:
            with torch.no_grad():
                error = float(pinball(head, held))
            if error < best:
                best, kept = error, {name: value.clone() for name, value in head.state_dict().items()}
    head.load_state_dict(kept)
    return before, best


def pinball(head: nn.Module, answers: Answers) -> Tensor:
    """Least where each prediction is its quantile: an IoU above it costs q of the difference, one below it 1 - q, twice each.

    The quantile 0.5 makes it the mean absolute error.
    """
    above = answers.ious - head(answers.tokens)
    cost = 2 * torch.maximum(answers.quantiles * above, (answers.quantiles - 1) * above)
    return (cost * answers.weights).sum() / answers.weights.sum()


def _join(answers: list[Answers]) -> Answers:
    return Answers(*(torch.cat(fields) for fields in zip(*answers)))


@torch.no_grad()
def _answers(model: Sam2Model, store: Path, scenes: int, quantile: float, seed: int) -> Iterator[Answers]:
    """The answers of one scene at a time: clicks, then boxes and a corrective click for the first half of them."""
    opened, draw, half = open_store(store), np.random.default_rng(seed), CLICKS // 2
    choices = torch.tensor([0.5, quantile, quantile, quantile])
    seen: list[Tensor] = []
    hook = model.mask_decoder.iou_prediction_head.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    try:
        with plain_attention():
            for _ in range(scenes):
                scene = draw_scene(opened, draw)
                given = Prompted(*(torch.stack(fields) for fields in zip(*(draw_click(scene, draw) for _ in range(CLICKS)))))
                features = encode(model, normalise(torch.from_numpy(scene.image)[None]))
                masks, one_meaning = given.masks.float() / 255, given.valid & torch.tensor([True, False, False])
                points, labels = given.point[None, :, None].float(), torch.ones(1, CLICKS, 1, dtype=torch.long)
                click = fast_decode(model, features, points, labels)
                answers = [_answer(click, masks, given.valid, seen.pop(), ALL_MASKS, choices)]
                corners = given.box[:half].view(1, half, 2, 2)
                corners = corners + torch.randn_like(corners) * 0.02 * (corners[:, :, 1:] - corners[:, :, :1])
                box = fast_decode(model, features, corners, torch.tensor([2, 3]).expand(1, half, 2))
                answers.append(_answer(box, masks[:half], one_meaning[:half], seen.pop(), ONE_MASK, torch.full((4,), 0.5)))
                current = click.logits[torch.arange(half), click.iou[:half, 1:].argmax(1) + 1]
                again, label = corrective_click(current, F.avg_pool2d(masks[:half, 0], 2))
                points = torch.cat([points[:, :half], again.view(1, half, 1, 2)], 2)
                labels = torch.cat([labels[:, :half], label.view(1, half, 1)], 2)
                corrected = fast_decode(model, features, points, labels, current[:, None].clamp(-32, 32))
                answers.append(_answer(corrected, masks[:half], one_meaning[:half], seen.pop(), ONE_MASK, torch.full((4,), 0.5)))
                yield _join(answers)
    finally:
        hook.remove()


def _answer(out: Decoded, masks: Tensor, valid: Tensor, tokens: Tensor, weights: tuple[float, ...], quantiles: Tensor) -> Answers:
    logits = F.interpolate(out.logits, size=(MASK_SIDE, MASK_SIDE), mode="bilinear")
    ious = pair_ious(logits, masks).masked_fill(~valid[:, None], 0).max(2)[0]
    return Answers(tokens.clone(), ious, torch.tensor(weights).expand(len(ious), 4), quantiles.expand(len(ious), 4))
