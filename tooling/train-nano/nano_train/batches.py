"""What a training process is fed: new and stored scenes, now and then at half size."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

import torch
from torch.utils.data import DataLoader

from .augment import dihedral
from .dataset import SceneStream
from .samples import Sample


@dataclass
class BatchSource:
    """Batches of one image size, half of them stored scenes, mirrored and recoloured: rendering costs time on a CPU."""

    data: Path
    size: int
    batch: int
    prompts: int
    seed: int
    rich: float
    workers: int = 0
    keep: int = 600
    _kept: list[Sample] = field(default_factory=list)
    _stream: Iterator[list[torch.Tensor]] | None = None

    def next(self, device: str) -> Sample:
        fresh = max(1, self.batch // 2)
        if self._stream is None:
            scenes = SceneStream(self.data, self.size, self.prompts, seed=self.seed, rich=self.rich)
            loader = DataLoader(scenes, batch_size=fresh, num_workers=self.workers, prefetch_factor=4 if self.workers else None)
            self._stream = iter(loader)
        new = next(self._stream)
        self._kept.extend(Sample(*items) for items in zip(*new))
        del self._kept[: -self.keep]
        old = [dihedral(random.choice(self._kept)) for _ in range(self.batch - fresh)]
        joined = [torch.cat([field, torch.stack(stored)]) for field, stored in zip(new, zip(*old))] if old else new
        return Sample(*(field.to(device, non_blocking=True) for field in joined))
