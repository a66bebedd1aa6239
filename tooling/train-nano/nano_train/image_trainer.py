"""Trains the image model on scenes: clicks, boxes, rough masks, corrections."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Iterator

import torch
from torch import Tensor
from transformers import Sam2Model

from .batches import BatchSource
from .config import nano_config
from .image_size import set_image_size
from .losses import AffinityLoss, Targets, prompt_loss
from .model import Features, decode, encode, fresh_model, normalise
from .plan import Plan
from .prompts import Prompts, corrective_click, draw_prompts
from .run import Figures, Trainer, Weights, run_to_end
from .samples import Sample


def train(plan: Plan) -> Path:
    """Trains, or goes on with the run in `plan.out`; gives the folder of the exported `Sam2Model`."""
    torch.manual_seed(plan.seed)
    model = Sam2Model.from_pretrained(plan.start) if plan.start else fresh_model(nano_config(plan.size))
    affinity = AffinityLoss(model.config.vision_config.fpn_hidden_size)
    return run_to_end(ImageTrainer, plan, Weights(model.to(plan.device), affinity.to(plan.device)))


class ImageTrainer(Trainer[Sample]):
    """One process of a run on scenes."""

    def batches(self) -> Iterator[Sample]:
        """Half-size batches (twice the scenes at half the cost) among full ones; the last 30 % of a run are all full.

        From scratch the scenes are simple at first: rich ones keep the network on its plateau.
        """
        plan, easy = self.plan, 0.0 if self.plan.start else 0.2
        sources: dict[tuple[int, bool], BatchSource] = {}
        while self.done < 1:
            half = self.done < 0.7 and random.random() < plan.half_size
            key = (plan.size // 2 if half else plan.size, self.done >= easy)
            if key not in sources:
                seed = plan.seed * 1_000_003 + self.weights.progress.steps * 31 + self.rank * 7 + half
                batch = plan.batch * 2 if half else plan.batch
                sources[key] = BatchSource(plan.data, key[0], batch, plan.prompts, seed, plan.rich if key[1] else 0.0, plan.workers)
            yield sources[key].next(plan.device)

    def loss(self, batch: Sample, figures: Figures) -> tuple[Tensor, int]:
        done, size = self.done, batch.image.shape[-1]
        set_image_size(self.model, size)
        # A model to go on from is past the plateaus that the balanced term and the affinity head are for.
        balance = 0.05 if self.plan.start else max(0.05, 1 - done / 0.3)
        affinity = 0.0 if self.plan.start else max(0.0, 1 - done / 0.7)
        masks = batch.masks.float() / 255
        with torch.autocast(self.plan.device, torch.bfloat16):
            features = encode(self.model, normalise(batch.image))
        prompts = draw_prompts(batch.points, masks, batch.boxes, size)
        targets = Targets(masks.flatten(0, 1), batch.valid.flatten(0, 1), batch.weights.flatten(), prompts.absent)
        loss = self._prompt_rounds(features, prompts, targets, balance, figures)
        if affinity > 0:
            loss = loss + affinity * self.weights.helper(features.pyramid, batch.labels)
        return loss, len(batch.image)

    def _prompt_rounds(self, features: Features, prompts: Prompts, targets: Targets, balance: float, figures: Figures) -> Tensor:
        """The first prompt, then now and then one or two corrective clicks with the earlier answer as mask prompt."""
        device, rows = self.plan.device, len(targets.masks)
        points, labels = prompts.points, prompts.labels
        with torch.autocast(device, torch.bfloat16):
            out = decode(self.model, features, points, labels, prompts.rough)
        loss, seen = prompt_loss(out, targets, prompts.single, balance)
        _note(figures, prompts.kind, seen)
        corrections = random.choices([0, 1, 2], [0.62, 0.26, 0.12])[0]
        for _ in range(corrections):
            best = out.iou[:, 1:].argmax(1) + 1
            chosen = torch.where(torch.rand(rows, device=device) < 0.5, 0, best)
            earlier = out.logits[torch.arange(rows, device=device), chosen].detach().clamp(-32, 32)
            click, label = corrective_click(earlier, targets.masks[:, 0])
            points = torch.cat([points, click.view(*points.shape[:2], 1, 2)], 2)
            labels = torch.cat([labels, label.view(*labels.shape[:2], 1)], 2)
            with torch.autocast(device, torch.bfloat16):
                out = decode(self.model, features, points, labels, earlier[:, None] if random.random() < 0.85 else None)
            again, seen = prompt_loss(out, targets, True, balance)
            _note(figures, "corrected", seen)
            loss = loss + again
        return loss


def _note(figures: Figures, kind: str, seen: dict[str, float]) -> None:
    for name, value in seen.items():
        figures.setdefault(f"{kind}.{name}", []).append(value)
