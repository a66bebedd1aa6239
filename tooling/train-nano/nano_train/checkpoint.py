"""Saves a training run so that it can be stopped anywhere and resumed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import nn


class Progress(NamedTuple):
    """Optimizer steps, scenes and training seconds so far, over all sessions of the run."""

    steps: int = 0
    scenes: int = 0
    seconds: float = 0.0


def save_run(path: Path, progress: Progress, modules: dict[str, nn.Module], optimizers: list[torch.optim.Optimizer]) -> None:
    """Writes beside `path` and renames, so that a stop while writing keeps the earlier file."""
    state = {
        "progress": tuple(progress),
        "modules": {name: module.state_dict() for name, module in modules.items()},
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
    }
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def load_run(path: Path, modules: dict[str, nn.Module], optimizers: list[torch.optim.Optimizer]) -> Progress:
    """Restores what `save_run` wrote into modules and optimizers; a fresh `Progress` where there is no file."""
    if not path.exists():
        return Progress()
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    for name, module in modules.items():
        module.load_state_dict(state["modules"][name])
    for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(saved)
    steps, scenes, seconds = state["progress"]
    return Progress(steps, scenes, seconds)
