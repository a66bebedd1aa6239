"""The frame of every training run: stopped by steps or by minutes, resumable.

On a CPU several processes of one thread each train one set of weights in shared memory without waiting for each other
(Hogwild, arXiv:1106.5730): a busy core then slows one of them, not every operation of all.
"""

from __future__ import annotations

import copy
import math
import os
import random
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Generic, Iterator, TypeVar

import torch
import torch.multiprocessing as processes
from torch import Tensor, nn
from transformers import PreTrainedModel

from .attention import plain_attention
from .checkpoint import Progress, load_run, save_run
from .export import export
from .muon import nano_optimizers
from .plan import Plan

Batch = TypeVar("Batch")
Figures = dict[str, list[float]]

LONGEST_STEP = 20.0
"""Seconds; what a step takes beyond them does not count towards the minutes of a plan."""


class Weights:
    """What all processes of a run share: the model, its moving average (what is exported) and the progress."""

    def __init__(self, model: PreTrainedModel, helper: nn.Module | None = None) -> None:
        self.model = model.train()
        self.average = copy.deepcopy(self.model).eval()
        self.helper = helper or nn.Module()
        self.counts = torch.zeros(3, dtype=torch.float64)
        for module in self.modules.values():
            module.share_memory()
        self.counts.share_memory_()

    @property
    def modules(self) -> dict[str, nn.Module]:
        return {"model": self.model, "average": self.average, "helper": self.helper}

    @property
    def progress(self) -> Progress:
        steps, scenes, seconds = self.counts.tolist()
        return Progress(int(steps), int(scenes), seconds)


def run_to_end(trainer: type[Trainer], plan: Plan, weights: Weights) -> Path:
    """Trains, or goes on with the run in `plan.out`, to the end of the plan; gives the folder of the exported model."""
    plan.out.mkdir(parents=True, exist_ok=True)
    if plan.processes > 1:
        processes.spawn(_run_process, (trainer, plan, weights), nprocs=plan.processes)
    else:
        _run_process(0, trainer, plan, weights)
    return export(weights.average, plan.out / "model")


def _run_process(rank: int, trainer: type[Trainer], plan: Plan, weights: Weights) -> None:
    trainer(rank, plan, weights).run()


class Trainer(ABC, Generic[Batch]):
    """One process of a run, with optimizers and data of its own; process 0 keeps the log and the checkpoint."""

    def __init__(self, rank: int, plan: Plan, weights: Weights) -> None:
        self.rank, self.plan, self.weights = rank, plan, weights
        self.model, self.average = weights.model, weights.average
        torch.set_num_threads(plan.threads)
        torch.set_flush_denormal(True)
        self.optimizers = nano_optimizers(self.model, weights.helper)
        resumed = load_run(plan.out / "run.pt", weights.modules if rank == 0 else {}, self.optimizers)
        if rank == 0:
            weights.counts.copy_(torch.tensor(resumed, dtype=torch.float64))
        torch.manual_seed(plan.seed + 1009 * rank + resumed.steps)
        random.seed(plan.seed + 1009 * rank + resumed.steps)
        self._pairs = [pair for pair in zip(self.average.parameters(), self.model.parameters()) if pair[1].requires_grad]

    @abstractmethod
    def batches(self) -> Iterator[Batch]:
        """Training data until the run is done."""

    @abstractmethod
    def loss(self, batch: Batch, figures: Figures) -> tuple[Tensor, int]:
        """The loss of a batch and its number of scenes; notes figures for the log."""

    @property
    def done(self) -> float:
        """Share of the plan that is done, 0..1."""
        progress = self.weights.progress
        return min(1.0, max(progress.steps / self.plan.steps, progress.seconds / 60 / self.plan.minutes))

    def run(self) -> None:
        figures: Figures = {}
        own_steps, before = 0, time.monotonic()
        with plain_attention(enabled=self.plan.device == "cpu"):
            for batch in self.batches():
                scenes = self._step(batch, figures)
                own_steps, now = own_steps + 1, time.monotonic()
                # A run that the machine had stopped (SIGSTOP, sleep) was not training meanwhile.
                elapsed, before = (min(now - before, LONGEST_STEP) if self.rank == 0 else 0.0), now
                self.weights.counts += torch.tensor([1, scenes, elapsed], dtype=torch.float64)
                if self.plan.processes > 1 and os.getppid() == 1:
                    break  # whoever started the run is gone
                if self.rank == 0 and own_steps % self.plan.log_every == 0:
                    self._log(figures)
                if self.rank == 0 and (own_steps % self.plan.save_every == 0 or self.done >= 1):
                    save_run(self.plan.out / "run.pt", self.weights.progress, self.weights.modules, self.optimizers)

    def _step(self, batch: Batch, figures: Figures) -> int:
        """One update. Learning rate: cosine to 0 after a short warm-up."""
        rate = self.plan.rate * 0.5 * (1 + math.cos(math.pi * self.done)) * min(1.0, (self.weights.progress.steps + 1) / 150)
        loss, scenes = self.loss(batch, figures)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 3.0)
        for optimizer in self.optimizers:
            optimizer.step()
        decay = min(0.997, (self.weights.progress.steps + 1) / (self.weights.progress.steps + 10))
        with torch.no_grad():
            torch._foreach_lerp_([mean for mean, _ in self._pairs], [now for _, now in self._pairs], 1 - decay)
        figures.setdefault("loss", []).append(float(loss.detach()))
        return scenes

    def _log(self, figures: Figures) -> None:
        steps, scenes, seconds = self.weights.progress
        means = " ".join(f"{name} {sum(values) / len(values):.3f}" for name, values in sorted(figures.items()))
        line = f"{seconds / 60:.1f} min  step {steps}  scenes {scenes}  done {self.done:.3f}  {means}"
        print(line, flush=True)
        with open(self.plan.out / "log.txt", "a") as log:
            log.write(line + "\n")
        figures.clear()
