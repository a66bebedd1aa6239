"""Goes on from finished weights: only what follows the image encoder learns, from embeddings that are kept for many prompts.

An image costs as much as five prompts, so each step encodes few new ones and takes its prompts, one an image, from the last
few hundred. Clicks lie where a grid of clicks puts them, and predicted IoU learns from masks of the size at which they are
thresholded instead of from the 64 x 64 logits.
"""

from __future__ import annotations

import random
from collections import deque
from pathlib import Path
from typing import Iterator, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import Sam2Model

from .fast_decode import fast_decode
from .losses import Targets, pair_ious, pair_losses
from .model import Decoded, Features, encode, normalise
from .plan import Plan
from .prompts import corrective_click, draw_prompts
from .run import Figures, Trainer, Weights, run_to_end
from .scene_store import MASK_SIDE, SIDE, open_store
from .sharpen import FACTOR, sharpen
from .stored_prompts import Prompted, StoredScene, draw_click, draw_scene

POOL, NEW = 1200, 3
"""Images kept encoded, and images encoded anew for each step."""
IOU_WEIGHT = 2.0
ONE_CLICK = 0.55
"""Share of steps whose prompt is one click: what photographs and "segment everything" need most."""


class Rows(NamedTuple):
    """R prompts with the features of their images."""

    features: Features
    prompts: Prompted


class Encoded(NamedTuple):
    """A scene with its features in half precision."""

    scene: StoredScene
    features: tuple[Tensor, Tensor, Tensor]


def train_decoder(plan: Plan) -> Path:
    """Trains from `plan.start` on the scenes in `plan.store`, `plan.batch` prompts a step; gives the folder of the exported model."""
    torch.manual_seed(plan.seed)
    model = sharpen(Sam2Model.from_pretrained(plan.start), 1 / FACTOR)
    decoder = model.mask_decoder
    frozen = (model.vision_encoder, decoder.conv_s0, decoder.conv_s1)
    for parameter in (model.no_memory_embedding, *(parameter for module in frozen for parameter in module.parameters())):
        parameter.requires_grad_(False)
    return run_to_end(DecoderTrainer, plan, Weights(model))


class DecoderTrainer(Trainer[Rows]):
    """One process of a run on stored scenes."""

    def batches(self) -> Iterator[Rows]:
        store = open_store(self.plan.store)
        draw = np.random.default_rng([self.plan.seed, self.rank, self.weights.progress.steps])
        pool: deque[Encoded] = deque(maxlen=POOL)
        while self.done < 1:
            # A short start, then a pool that is renewed all the time.
            pool.extend(self._encode([draw_scene(store, draw) for _ in range(NEW if len(pool) >= self.plan.batch else self.plan.batch)]))
            chosen = [pool[int(i)] for i in draw.choice(len(pool), self.plan.batch, replace=False)]
            prompts = Prompted(*(torch.stack(fields) for fields in zip(*(draw_click(one.scene, draw) for one in chosen))))
            yield Rows(Features(*(torch.stack(level).float() for level in zip(*(one.features for one in chosen))), []), prompts)

    @torch.no_grad()
    def _encode(self, scenes: list[StoredScene]) -> list[Encoded]:
        images = torch.from_numpy(np.stack([scene.image for scene in scenes]))
        levels = [level.half().unbind(0) for level in encode(self.model, normalise(images))[:3]]
        return [Encoded(scene, features) for scene, *features in zip(scenes, *levels)]

    def loss(self, batch: Rows, figures: Figures) -> tuple[Tensor, int]:
        features, given = batch
        fine = given.masks.float() / 255
        masks = F.avg_pool2d(fine, 2)
        rows = torch.arange(len(masks))
        prompts = draw_prompts(given.point[:, None], masks[:, None], given.box[:, None], SIDE, ONE_CLICK)
        targets = Targets(masks, given.valid, given.weight, prompts.absent)
        points, labels = prompts.points, prompts.labels
        out = fast_decode(self.model, features, points, labels, prompts.rough)
        loss = _score(out, targets, fine, prompts.single, prompts.kind, figures)
        for _ in range(random.choices([0, 1, 2], [0.66, 0.24, 0.1])[0]):
            best = out.iou[:, 1:].argmax(1) + 1
            chosen = torch.where(torch.rand(len(masks)) < 0.5, 0, best)
            earlier = out.logits[rows, chosen].detach().clamp(-32, 32)
            click, label = corrective_click(earlier, masks[:, 0])
            points = torch.cat([points, click[:, None, None]], 2)
            labels = torch.cat([labels, label[:, None, None]], 2)
            out = fast_decode(self.model, features, points, labels, earlier[:, None])
            loss = loss + _score(out, targets, fine, True, "corrected", figures)
        return loss, NEW


def _score(out: Decoded, targets: Targets, fine: Tensor, single: bool, kind: str, figures: Figures) -> Tensor:
    """The loss of one decoder pass; `fine` are the masks at twice the side of `targets.masks`, on which IoU is measured."""
    masks, valid, weights, absent = targets
    if single:
        valid = valid & torch.tensor([True, False, False])
    pairs = pair_losses(out.logits, masks, 0.05).masked_fill(~valid[:, None], 1e4)
    weights = weights * ~absent
    total = weights.sum().clamp(min=1)
    choices = (pairs[:, 1:].min(1)[0] * valid).sum(1) / valid.sum(1)
    unused = pairs[:, 1:].min(2)[0].mean(1)
    largest = (masks.flatten(2).sum(-1) * valid).argmax(1)
    alone = pairs[:, 0].gather(1, largest[:, None])[:, 0]
    with torch.no_grad():
        large = F.interpolate(out.logits, size=(MASK_SIDE, MASK_SIDE), mode="bilinear")
        ious = pair_ious(large, fine).masked_fill(~valid[:, None], 0).max(2)[0]
    calibration = (out.iou - ious).abs().mean(1)
    score = F.binary_cross_entropy_with_logits(out.object_score, (~absent).float())
    best = ious[:, 1:].max(1)[0]
    for name, value in {"best": best, "single": ious[:, 0], "calibration": calibration.detach(), "fit": (best >= 0.88).float()}.items():
        figures.setdefault(f"{kind}.{name}", []).append(float((value * weights).sum() / total))
    return ((choices + alone + 0.05 * unused + IOU_WEIGHT * calibration) * weights).sum() / total + 0.2 * score
