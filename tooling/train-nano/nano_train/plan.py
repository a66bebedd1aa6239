"""What one run does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    """A run ends at `steps` or after `minutes`, whichever comes first; learning rate and curriculum follow its progress."""

    data: Path
    out: Path
    steps: int = 20_000
    minutes: float = math.inf
    start: Path | None = None
    """Weights to go on from (a folder of `save_pretrained`); None: from scratch. A video run needs an image model here."""
    batch: int = 8
    """Scenes of a step; clips, in a video run."""
    prompts: int = 8
    """Prompts of a scene; objects followed in a clip."""
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
    store: Path | None = None
    """Scenes drawn before (see `scene_store`); a decoder run alone needs them."""
    log_every: int = 25
    save_every: int = 100
