"""Trains the memory half on clips; the image weights stay as they are, so that one file serves pictures and videos."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Iterator

import torch
from torch import Tensor
from torch.utils.data import DataLoader
from transformers import Sam2Model

from .clips import Clip, ClipStream
from .losses import Targets, pair_ious, prompt_loss
from .model import Decoded
from .plan import Plan
from .run import Figures, Trainer, Weights, run_to_end
from .tracking import Memories, encode_frames, prompted_frame, remember, tracked_frame
from .video_model import fresh_video_model

FRAMES = 6
"""Of a training clip; every memory slot is in use from the fifth on."""

NO_OBJECT = -1024.0
"""The reference's logit for masks of objects that are not there."""


def train_video(plan: Plan) -> Path:
    """Trains, or goes on with the run in `plan.out`; gives the folder of the exported `Sam2VideoModel`."""
    if plan.start is None:
        raise ValueError("a video run starts from an image model: pass its folder as `start`")
    torch.manual_seed(plan.seed)
    model = fresh_video_model(Sam2Model.from_pretrained(plan.start))
    return run_to_end(VideoTrainer, plan, Weights(model.to(plan.device)))


class VideoTrainer(Trainer[Clip]):
    """One process of a run on clips."""

    def batches(self) -> Iterator[Clip]:
        plan = self.plan
        seed = plan.seed * 1_000_003 + self.weights.progress.steps * 31 + self.rank * 7
        stream = ClipStream(plan.data, plan.size, FRAMES, plan.prompts, seed, speed=1.5)
        for fields in DataLoader(stream, batch_size=plan.batch, num_workers=plan.workers):
            if self.done >= 1:
                return
            yield Clip(*(field.to(plan.device) for field in fields))

    def loss(self, batch: Clip, figures: Figures) -> tuple[Tensor, int]:
        device, objects = self.plan.device, batch.masks.shape[1]
        masks = batch.masks.float().flatten(0, 1) / 255  # [R, T, h, w]
        with torch.autocast(device, torch.bfloat16):
            frames = encode_frames(self.model, batch.images)
            first = self._prompt(frames[0], batch.points[:, :, None], figures, masks[:, 0])
            memories = Memories(prompted=remember(self.model, frames[0], *first, objects, hard=True))
            total = masks.new_zeros(())
            for time, frame in enumerate(frames[1:], 1):
                out = tracked_frame(self.model, frame, memories, objects, FRAMES)
                total = total + self._frame_loss(out, masks[:, time], figures)
                memories.later.append(remember(self.model, frame, *_answer(out), objects, hard=False))
        return total / (FRAMES - 1), len(batch.images)

    @torch.no_grad()
    def _prompt(self, frame, points: Tensor, figures: Figures, masks: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Frame 0 by a click; half of the time its true mask instead, so that memories are worth learning from early on."""
        labels = torch.ones(points.shape[:3], dtype=torch.long, device=points.device)
        out = prompted_frame(self.model, frame, points, labels)
        logits, token, score = _answer(out)
        figures.setdefault("prompted", []).append(float(pair_ious(logits[:, None], masks[:, None]).mean()))
        if random.random() < 0.5:
            logits = (masks > 0.5).float() * 20 - 10
        return logits, token, score

    def _frame_loss(self, out: Decoded, masks: Tensor, figures: Figures) -> Tensor:
        there = masks.flatten(1).sum(1) > 1
        padded = torch.cat([masks[:, None], torch.zeros_like(masks[:, None]).expand(-1, 2, -1, -1)], 1)
        valid = torch.tensor([True, False, False], device=masks.device).expand(len(masks), 3)
        targets = Targets(padded, valid, torch.ones(len(masks), device=masks.device), ~there)
        loss, seen = prompt_loss(out, targets, True, 0.1)
        logits, _, _ = _answer(out)
        iou = pair_ious(logits[:, None], masks[:, None])[:, 0, 0]
        figures.setdefault("tracked", []).append(float(iou[there].mean()) if there.any() else 0.0)
        for name, value in seen.items():
            figures.setdefault(name, []).append(value)
        return loss


def _answer(out: Decoded) -> tuple[Tensor, Tensor, Tensor]:
    """logits [R, h, w], token [R, C] and score [R] of the choice with the best predicted IoU, as the reference tracks."""
    rows = torch.arange(len(out.iou), device=out.iou.device)
    best = out.iou[:, 1:].argmax(1) + 1
    logits = torch.where(out.object_score[:, None, None] > 0, out.logits[rows, best], NO_OBJECT)
    return logits, out.tokens[rows, best], out.object_score
