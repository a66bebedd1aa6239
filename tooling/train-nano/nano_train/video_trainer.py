"""Trains the memory half on clips; the image weights stay as they are, so that one file serves pictures and videos.

First memory attention is taught: with true masks in its memory it should give the embedding that the image model has when
it is prompted with the true mask of the frame at hand. That needs no decoder and says something about every cell.
Then clips are followed as in use, the model's own masks in memory, and the masks are what counts.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader
from transformers import Sam2Model

from .clips import Clip, ClipStream
from .losses import Targets, pair_ious, prompt_loss
from .model import Decoded
from .plan import Plan
from .run import Figures, Trainer, Weights, run_to_end
from .tracking import Frame, Memories, conditioned_embedding, encode_frames, prompted_frame, remember, taught_embedding, tracked_frame
from .video_model import fresh_video_model, fit_output_norm

FRAMES = 6
"""Of a training clip; every memory slot is in use from the fifth on."""

TAUGHT = 0.35
"""Share of a run in which memory attention is taught before clips are followed as in use."""

NO_OBJECT = -1024.0
"""The reference's logit for masks of objects that are not there."""


def train_video(plan: Plan) -> Path:
    """Trains, or goes on with the run in `plan.out`; gives the folder of the exported `Sam2VideoModel`."""
    if plan.start is None:
        raise ValueError("a video run starts from an image model: pass its folder as `start`")
    torch.manual_seed(plan.seed)
    model = fresh_video_model(Sam2Model.from_pretrained(plan.start))
    some = next(iter(DataLoader(ClipStream(plan.data, plan.size, 2, plan.prompts, plan.seed), batch_size=4)))
    fit_output_norm(model, encode_frames(model, some[0])[0].raw)
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
        masks = batch.masks.float().flatten(0, 1) / 255  # [R, T, h, w]
        with torch.autocast(self.plan.device, torch.bfloat16):
            frames = encode_frames(self.model, batch.images)
            follow = self._teach if self.done < TAUGHT else self._follow
            return follow(frames, batch.points, masks, figures) / (FRAMES - 1), len(batch.images)

    def _teach(self, frames: list[Frame], points: Tensor, masks: Tensor, figures: Figures) -> Tensor:
        objects = points.shape[1]
        token = self._token(frames[0], points)
        score = masks.flatten(2).sum(-1) - 1.0  # there, if more than a cell is
        remembered = [
            remember(self.model, frame, masks[:, t] * 20 - 10, token, score[:, t], objects, hard=t == 0) for t, frame in enumerate(frames[:-1])
        ]
        total = masks.new_zeros(())
        for t, frame in enumerate(frames[1:], 1):
            given = conditioned_embedding(self.model, frame, Memories(remembered[0], remembered[1:t]), objects, FRAMES)
            wanted, change = taught_embedding(self.model, frame, masks[:, t], objects)
            inside = F.adaptive_max_pool2d(masks[:, t, None], given.shape[-2:])
            weight = 0.2 + inside + F.max_pool2d(inside, 3, 1, 1)  # cells in and around the object count most
            weight = weight / weight.mean()
            error = ((given.float() - wanted.float()) ** 2 * weight).mean() / change.float().var()
            figures.setdefault("taught", []).append(float(error.detach()))
            total = total + error
        return total

    @torch.no_grad()
    def _token(self, frame: Frame, points: Tensor) -> Tensor:
        """The mask token of the click in frame 0, for pointers."""
        labels = torch.ones(points.shape[:2], dtype=torch.long, device=points.device)
        return _answer(prompted_frame(self.model, frame, points[:, :, None], labels[:, :, None]))[1]

    def _follow(self, frames: list[Frame], points: Tensor, masks: Tensor, figures: Figures) -> Tensor:
        objects = points.shape[1]
        first = self._prompt(frames[0], points[:, :, None], figures, masks[:, 0])
        memories = Memories(prompted=remember(self.model, frames[0], *first, objects, hard=True))
        total = masks.new_zeros(())
        for time, frame in enumerate(frames[1:], 1):
            out = tracked_frame(self.model, frame, memories, objects, FRAMES)
            total = total + self._frame_loss(out, masks[:, time], figures)
            memories.later.append(remember(self.model, frame, *_answer(out), objects, hard=False))
        return total

    @torch.no_grad()
    def _prompt(self, frame: Frame, points: Tensor, figures: Figures, masks: Tensor) -> tuple[Tensor, Tensor, Tensor]:
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
