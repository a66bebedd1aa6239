"""How good a model's "segment everything" is on simple held-out scenes: what it finds, and how much of what it keeps is something.

The evaluation set has its own scenes (seed 3 of `evaluation_set`); those of other seeds are for choosing between models.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import Sam2Model

from .attention import plain_attention
from .evaluation_set import everything_scenes
from .everything import Thresholds, found_share, segment_everything
from .losses import pair_ious
from .scene_store import describe
from .scenes import Scene

RIGHT = 0.75
"""A kept mask is right with this IoU with an object, a part of one, a region of the background, or all of that."""


def everything_figures(model: Sam2Model, data: Path, scenes: int, seed: int, thresholds: Thresholds) -> dict[str, float]:
    """`found`: share of the objects; `right`: share of the masks kept; `kept`: masks a scene; `objects`: how many there are."""
    found = objects = right = kept = 0
    drawn = everything_scenes(data, scenes, seed=seed)
    for scene in drawn:
        with plain_attention():
            logits, _ = segment_everything(model, scene.image, thresholds)
        masks = torch.zeros(0, *scene.instances.shape, dtype=torch.bool)
        if len(logits):
            masks = F.interpolate(logits[:, None], size=scene.instances.shape, mode="bilinear")[:, 0] > 0
        some, all_of_them = found_share(masks, scene.instances)
        found, objects = found + some, objects + all_of_them
        right, kept = right + count_right(logits, scene), kept + len(logits)
    return {"found": found / max(objects, 1), "right": right / max(kept, 1), "kept": kept / len(drawn), "objects": objects}


def count_right(logits: Tensor, scene: Scene) -> int:
    """How many of logits [M, h, w] cover something that is in the scene."""
    described = describe(scene)
    actual = torch.from_numpy(described["masks"][np.flatnonzero(described["kinds"])]).float() / 255
    if not len(logits) or not len(actual):
        return 0
    large = F.interpolate(logits[None], size=actual.shape[-2:], mode="bilinear")
    return int((pair_ious(large, actual[None])[0].max(1)[0] >= RIGHT).sum())
