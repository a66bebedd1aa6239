"""Prompts for stored scenes: clicks anywhere on an object, its border included, as a grid of clicks meets it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from .photographic import photographic
from .samples import REGION_WEIGHT
from .scene_store import MASK_SIDE, OBJECT, REGION, SIDE, SceneStore

CELL = SIDE // MASK_SIDE


class StoredScene(NamedTuple):
    """One scene of a store; see `scene_store` for its fields."""

    image: np.ndarray
    masks: np.ndarray
    where: np.ndarray
    kinds: np.ndarray


class Prompted(NamedTuple):
    """A click: point [2] in pixels, masks uint8 [3, 128, 128], valid bool [3], box [4] of the first mask, weight []."""

    point: Tensor
    masks: Tensor
    valid: Tensor
    box: Tensor
    weight: Tensor


def draw_scene(store: SceneStore, draw: np.random.Generator) -> StoredScene:
    """A random scene of the store, mirrored, transposed and recoloured at random; half of them look more like photographs."""
    number = int(draw.choice(store.ready))
    image, masks, where = (np.array(field[number]) for field in (store.images, store.masks, store.where))
    for axis, chance in ((-1, 0.5), (-2, 0.3)):
        if draw.random() < chance:
            image, masks, where = (np.flip(field, axis) for field in (image, masks, where))
    if draw.random() < 0.4:
        image, masks, where = (field.swapaxes(-1, -2) for field in (image, masks, where))
    if draw.random() < 0.5:
        image = image[draw.permutation(3)]
    if draw.random() < 0.5:
        image = photographic(image, draw)
    return StoredScene(*(np.ascontiguousarray(field) for field in (image, masks, where)), np.array(store.kinds[number]))


def draw_click(scene: StoredScene, draw: np.random.Generator) -> Prompted:
    """One click on a random object (12 %: on the background) with what it may mean."""
    objects, regions = np.flatnonzero(scene.kinds == OBJECT), np.flatnonzero(scene.kinds == REGION)
    target = int(draw.choice(objects if len(objects) and (not len(regions) or draw.random() < 0.88) else regions))
    y, x = _draw_cell(draw, scene.where, target)
    meanings = [target + 1, *(int(scene.where[layer, y, x]) for layer in (1, 2) if scene.where[layer, y, x])]
    if len(meanings) > 1 and draw.random() < 0.25:
        meanings.append(meanings.pop(0))  # now and then the part is what is meant
    masks, valid = np.zeros((3, MASK_SIDE, MASK_SIDE), np.uint8), np.zeros(3, bool)
    for i, meaning in enumerate(meanings[:3]):
        masks[i], valid[i] = scene.masks[meaning - 1], True
    weight = REGION_WEIGHT if scene.kinds[target] == REGION and len(regions) > 2 else 1.0
    point = [(x + draw.random()) * CELL, (y + draw.random()) * CELL]
    return Prompted(torch.tensor(point), torch.from_numpy(masks), torch.from_numpy(valid), _box(masks[0]), torch.tensor(weight))


def _draw_cell(draw: np.random.Generator, where: np.ndarray, target: int) -> tuple[int, int]:
    """A cell of the object: any, or (three in ten) the one of four nearest to the middle, or (15 %) one of a part."""
    inside = where[0] == target + 1
    if draw.random() < 0.15 and (where[1][inside] > 0).any():
        inside = inside & (where[1] > 0)
    cells = np.flatnonzero(inside)
    if not len(cells):
        return MASK_SIDE // 2, MASK_SIDE // 2
    cell = int(draw.choice(cells))
    if draw.random() < 0.3:
        four = draw.choice(cells, 4)
        rows, columns = cells // MASK_SIDE, cells % MASK_SIDE
        cell = int(four[((four // MASK_SIDE - rows.mean()) ** 2 + (four % MASK_SIDE - columns.mean()) ** 2).argmin()])
    return cell // MASK_SIDE, cell % MASK_SIDE


def _box(mask: np.ndarray) -> Tensor:
    inside = mask > 127
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    if not len(rows):
        return torch.tensor([0.0, 0.0, SIDE, SIDE])
    return torch.tensor([columns[0] * CELL, rows[0] * CELL, (columns[-1] + 1) * CELL, (rows[-1] + 1) * CELL], dtype=torch.float32)
