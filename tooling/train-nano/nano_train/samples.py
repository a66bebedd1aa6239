"""From a scene to training targets: clicks, their valid masks, boxes."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from .materials import Random
from .scenes import Scene

STRIDE = 4
"""Masks are predicted at a quarter of the image's side."""

SMALLEST = 0.0012
"""Objects below this share of the scene's area are no targets."""

REGION_WEIGHT = 0.6
"""Background regions of rich scenes count less: where they end is often a matter of taste."""


class Sample(NamedTuple):
    """One scene with N prompts, as arrays (as tensors after collation).

    image    uint8 [3, S, S]
    points   float32 [N, 2]  one click (x, y) inside the first mask
    masks    uint8 [N, 3, S/4, S/4]  coverage 0..255 of up to three masks that the click may mean
    valid    bool [N, 3]
    boxes    float32 [N, 4]  x0, y0, x1, y1 of the first mask
    labels   int32 [S/4, S/4]  instance or background region, for the affinity loss
    weights  float32 [N]
    """

    image: np.ndarray
    points: np.ndarray
    masks: np.ndarray
    valid: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray
    weights: np.ndarray


class _Prompt(NamedTuple):
    point: tuple[int, int]
    masks: list[np.ndarray]
    weight: float


def draw_sample(random: Random, scene: Scene, prompts: int, objects_only: bool) -> Sample | None:
    """N prompts of one scene; None where it offers too few."""
    drawn: list[_Prompt] = []
    for _ in range(prompts * 4):
        prompt = _draw_prompt(random, scene, objects_only)
        if prompt is not None:
            drawn.append(prompt)
        if len(drawn) == prompts:
            return _pack(scene, drawn)
    return None


def _draw_prompt(random: Random, scene: Scene, objects_only: bool) -> _Prompt | None:
    smallest = SMALLEST * scene.instances.size
    area = np.bincount(scene.instances.ravel())
    objects = [i for i in range(1, len(area)) if area[i] > smallest]
    background = scene.instances == 0
    has_background = background.mean() > 0.1
    if objects and (objects_only or not has_background or random.random() < 0.88):
        prompt = _object_prompt(random, scene, objects[int(random.integers(len(objects)))], smallest)
    elif has_background:
        prompt = _region_prompt(random, scene, background, smallest)
    else:
        return None
    if prompt is not None and len(prompt.masks) > 1 and random.random() < 0.25:
        prompt.masks.append(prompt.masks.pop(0))  # now and then the part is what is meant
    return prompt


def _object_prompt(random: Random, scene: Scene, number: int, smallest: float) -> _Prompt:
    inside = scene.instances == number
    where = inside
    if random.random() < 0.15 and (scene.parts[inside] > 0).any():
        where = inside & (scene.parts > 0)
    y, x = _draw_pixel(random, where)
    masks, part = [inside], scene.parts[y, x]
    if part > 0:
        own = (scene.parts == part) & inside
        if smallest < own.sum() < 0.85 * inside.sum():
            masks.append(own)
    return _Prompt((x, y), masks, 1.0)


def _region_prompt(random: Random, scene: Scene, background: np.ndarray, smallest: float) -> _Prompt | None:
    y, x = _draw_pixel(random, background)
    region = background & (scene.regions == scene.regions[y, x])
    if region.sum() <= 4 * smallest:
        return None
    weight = 1.0 if scene.regions.max() <= 2 else REGION_WEIGHT
    masks = [region]
    if background.sum() > 1.25 * region.sum():
        masks.append(background)
    return _Prompt((x, y), masks, weight)


def _draw_pixel(random: Random, where: np.ndarray) -> tuple[int, int]:
    """A pixel of `where`; half of the time the one of four that is nearest to the middle."""
    rows, columns = np.nonzero(where)
    chosen = int(random.integers(len(rows)))
    if random.random() < 0.5:
        four = random.integers(len(rows), size=4)
        distance = (rows[four] - rows.mean()) ** 2 + (columns[four] - columns.mean()) ** 2
        chosen = int(four[distance.argmin()])
    return int(rows[chosen]), int(columns[chosen])


def coverage(mask: np.ndarray) -> np.ndarray:
    """How much of each 4 x 4 cell is inside, uint8 0..255."""
    side = mask.shape[0] // STRIDE
    return cv2.resize(mask.astype(np.uint8) * 255, (side, side), interpolation=cv2.INTER_AREA)


def _box(mask: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.where(mask.any(1))[0], np.where(mask.any(0))[0]
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def _pack(scene: Scene, drawn: list[_Prompt]) -> Sample:
    count, side = len(drawn), scene.image.shape[0] // STRIDE
    masks, valid = np.zeros((count, 3, side, side), np.uint8), np.zeros((count, 3), bool)
    for n, prompt in enumerate(drawn):
        for m, mask in enumerate(prompt.masks[:3]):
            masks[n, m], valid[n, m] = coverage(mask), True
    labels = np.where(scene.instances > 0, scene.instances, scene.regions + 1000)[2::STRIDE, 2::STRIDE]
    return Sample(
        np.ascontiguousarray(scene.image.transpose(2, 0, 1)),
        np.array([prompt.point for prompt in drawn], np.float32),
        masks,
        valid,
        np.array([_box(prompt.masks[0]) for prompt in drawn], np.float32),
        np.ascontiguousarray(labels),
        np.array([prompt.weight for prompt in drawn], np.float32),
    )
