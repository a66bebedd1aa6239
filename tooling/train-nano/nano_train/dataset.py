"""An endless stream of samples, each worker with a seed of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import cv2
import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

from .samples import Sample, draw_sample
from .scenes import rich_scene, simple_scene
from .sprites import SpriteBank


class SceneStream(IterableDataset[Sample]):
    """Samples of N prompts at image size S; `rich` is the share of rich scenes among them."""

    def __init__(
        self, folder: Path, size: int, prompts: int = 8, seed: int = 0, rich: float = 0.0, held_out: bool = False, objects_only: bool = False
    ) -> None:
        self._folder, self._size, self._prompts, self._seed = folder, size, prompts, seed
        self._rich, self._held_out, self._objects_only = rich, held_out, objects_only

    def __iter__(self) -> Iterator[Sample]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        random = np.random.default_rng([self._seed, worker.id if worker else 0])
        bank = SpriteBank(self._folder, self._held_out)
        while True:
            make = rich_scene if random.random() < self._rich else simple_scene
            sample = draw_sample(random, make(random, self._size, bank), self._prompts, self._objects_only)
            if sample is not None:
                yield Sample(*(torch.from_numpy(array) for array in sample))
