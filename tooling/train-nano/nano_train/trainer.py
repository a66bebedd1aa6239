"""The training loop: one run is steps of one schedule, stopped by steps or by minutes, resumable.

On a CPU several processes of one thread each train one set of weights in shared memory without waiting for each other
(Hogwild, arXiv:1106.5730): a busy core then slows one of them, not every operation of all.
"""

from __future__ import annotations

import copy
import math
import os
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import torch
import torch.multiprocessing as processes
from torch import Tensor, nn
from transformers import Sam2Model

from .attention import plain_attention
from .batches import BatchSource
from .checkpoint import Progress, load_run, save_run
from .config import nano_config
from .export import export
from .image_size import set_image_size
from .losses import AffinityLoss, Targets, prompt_loss
from .model import Features, decode, encode, fresh_model, normalise
from .muon import nano_optimizers
from .prompts import Prompts, corrective_click, draw_prompts
from .samples import Sample


@dataclass(frozen=True)
class Plan:
    """What one run does. A run ends at `steps` or after `minutes` of training, whichever comes first."""

    data: Path
    out: Path
    steps: int = 20_000
    minutes: float = math.inf
    start: Path | None = None
    """Weights to go on from (a folder of `save_pretrained`); None: from scratch."""
    batch: int = 8
    prompts: int = 8
    rate: float = 1e-3
    rich: float = 0.3
    """Share of rich scenes; from scratch they come in after a fifth of the run."""
    half_size: float = 0.65
    """Share of batches at half the image size, a quarter of the cost per scene, in the first 70 % of the run."""
    size: int = 256
    seed: int = 0
    workers: int = 0
    """Processes that render scenes; 0: the training process does."""
    processes: int = 1
    threads: int = 1
    """Of each process."""
    device: str = "cpu"
    log_every: int = 25
    save_every: int = 250


class Weights:
    """What all processes of a run share: the model, its moving average (what is exported) and the progress."""

    def __init__(self, plan: Plan) -> None:
        torch.manual_seed(plan.seed)
        model = Sam2Model.from_pretrained(plan.start) if plan.start else fresh_model(nano_config(plan.size))
        self.model = model.to(plan.device).train()
        self.average = copy.deepcopy(self.model).eval()
        self.affinity = AffinityLoss(model.config.vision_config.fpn_hidden_size).to(plan.device)
        self.counts = torch.zeros(3, dtype=torch.float64)
        for module in self.modules.values():
            module.share_memory()
        self.counts.share_memory_()

    @property
    def modules(self) -> dict[str, nn.Module]:
        return {"model": self.model, "average": self.average, "affinity": self.affinity}

    @property
    def progress(self) -> Progress:
        steps, scenes, seconds = self.counts.tolist()
        return Progress(int(steps), int(scenes), seconds)


def train(plan: Plan) -> Path:
    """Trains, or goes on with the run in `plan.out`, to the end of the plan; gives the folder of the exported model."""
    plan.out.mkdir(parents=True, exist_ok=True)
    weights = Weights(plan)
    if plan.processes > 1:
        processes.spawn(_train_process, (plan, weights), nprocs=plan.processes)
    else:
        _train_process(0, plan, weights)
    return export(weights.average, plan.out / "model")


def _train_process(rank: int, plan: Plan, weights: Weights) -> None:
    Trainer(rank, plan, weights).run()


class Trainer:
    """One process of a run, with optimizers and data of its own; process 0 keeps the log and the checkpoint."""

    def __init__(self, rank: int, plan: Plan, weights: Weights) -> None:
        self.rank, self.plan, self.weights = rank, plan, weights
        self.model, self.average, self.affinity = weights.model, weights.average, weights.affinity
        torch.set_num_threads(plan.threads)
        torch.set_flush_denormal(True)
        self.optimizers = nano_optimizers(self.model, self.affinity)
        resumed = load_run(plan.out / "run.pt", weights.modules if rank == 0 else {}, self.optimizers)
        if rank == 0:
            weights.counts.copy_(torch.tensor(resumed, dtype=torch.float64))
        torch.manual_seed(plan.seed + 1009 * rank + resumed.steps)
        random.seed(plan.seed + 1009 * rank + resumed.steps)

    @property
    def done(self) -> float:
        """Share of the plan that is done, 0..1."""
        progress = self.weights.progress
        return min(1.0, max(progress.steps / self.plan.steps, progress.seconds / 60 / self.plan.minutes))

    def run(self) -> None:
        figures: dict[str, list[float]] = {}
        own_steps, before = 0, time.monotonic()
        with plain_attention(enabled=self.plan.device == "cpu"):
            for batch in self._batches():
                self._step(batch, figures)
                own_steps, now = own_steps + 1, time.monotonic()
                elapsed, before = (now - before if self.rank == 0 else 0.0), now
                self.weights.counts += torch.tensor([1, len(batch.image), elapsed], dtype=torch.float64)
                if self.plan.processes > 1 and os.getppid() == 1:
                    break  # whoever started the run is gone
                if self.rank == 0 and own_steps % self.plan.log_every == 0:
                    self._log(figures)
                if self.rank == 0 and (own_steps % self.plan.save_every == 0 or self.done >= 1):
                    save_run(self.plan.out / "run.pt", self.weights.progress, self.weights.modules, self.optimizers)

    def _batches(self) -> Iterator[Sample]:
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

    def _step(self, batch: Sample, figures: dict[str, list[float]]) -> None:
        done = self.done
        set_image_size(self.model, batch.image.shape[-1])
        # A model to go on from is past the plateaus that the balanced term and the affinity head are for.
        balance = 0.05 if self.plan.start else max(0.05, 1 - done / 0.3)
        affinity = 0.0 if self.plan.start else max(0.0, 1 - done / 0.7)
        self._set_rate(done)
        masks = batch.masks.float() / 255
        rows = masks.flatten(0, 1)
        with torch.autocast(self.plan.device, torch.bfloat16):
            features = encode(self.model, normalise(batch.image))
        prompts = draw_prompts(batch.points, masks, batch.boxes, batch.image.shape[-1])
        targets = Targets(rows, batch.valid.flatten(0, 1), batch.weights.flatten(), prompts.absent)
        loss = self._prompt_rounds(features, prompts, targets, balance, figures)
        if affinity > 0:
            loss = loss + affinity * self.affinity(features.pyramid, batch.labels)
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 3.0)
        for optimizer in self.optimizers:
            optimizer.step()
        self._follow()
        figures.setdefault("loss", []).append(float(loss.detach()))

    def _prompt_rounds(self, features: Features, prompts: Prompts, targets: Targets, balance: float, figures: dict[str, list[float]]) -> Tensor:
        """The first prompt, then now and then one or two corrective clicks with the earlier answer as mask prompt."""
        device, rows = self.plan.device, len(targets.masks)
        points, labels = prompts.points, prompts.labels
        with torch.autocast(device, torch.bfloat16):
            out = decode(self.model, features, points, labels)
        loss, seen = prompt_loss(out, targets, prompts.single, balance)
        self._note(figures, prompts.kind, seen)
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
            self._note(figures, "corrected", seen)
            loss = loss + again
        return loss

    def _set_rate(self, done: float) -> None:
        """Cosine from `rate` to 0 after a short warm-up."""
        rate = self.plan.rate * 0.5 * (1 + math.cos(math.pi * done)) * min(1.0, (self.weights.progress.steps + 1) / 150)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate

    @torch.no_grad()
    def _follow(self) -> None:
        decay = min(0.997, (self.weights.progress.steps + 1) / (self.weights.progress.steps + 10))
        torch._foreach_lerp_(list(self.average.parameters()), list(self.model.parameters()), 1 - decay)

    def _note(self, figures: dict[str, list[float]], kind: str, seen: dict[str, float]) -> None:
        for name, value in seen.items():
            figures.setdefault(f"{kind}.{name}", []).append(value)

    def _log(self, figures: dict[str, list[float]]) -> None:
        steps, scenes, seconds = self.weights.progress
        means = " ".join(f"{name} {sum(values) / len(values):.3f}" for name, values in sorted(figures.items()))
        line = f"{seconds / 60:.1f} min  step {steps}  scenes {scenes}  done {self.done:.3f}  {means}"
        print(line, flush=True)
        with open(self.plan.out / "log.txt", "a") as log:
            log.write(line + "\n")
        figures.clear()
