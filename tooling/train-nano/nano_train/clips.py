"""Synthetic clips: objects that move, turn and grow over a still background, one of them followed, often occluded."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, NamedTuple

import cv2
import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

from .materials import Random, material, outline, photo_material
from .placement import Pose, jitter, place, random_pose
from .samples import SMALLEST, coverage
from .sprites import Sprite, SpriteBank


class Clip(NamedTuple):
    """One clip of T frames with N followed objects, as arrays (as tensors after collation).

    images  uint8 [T, 3, S, S]
    masks   uint8 [N, T, S/4, S/4]  coverage 0..255 of what is visible
    points  float32 [N, 2]  a click (x, y) inside each object in frame 0
    """

    images: np.ndarray
    masks: np.ndarray
    points: np.ndarray


class _Mover(NamedTuple):
    """A sprite, where it starts, and its change from frame to frame: shift in pixels, turn in radians, growth as a factor."""

    sprite: Sprite
    pose: Pose
    shift: np.ndarray
    turn: float
    growth: float
    sway: float

    def at(self, time: float) -> Pose:
        turn, grow = self.turn * time, self.growth**time
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * grow
        swing = self.sway * np.sin(time / 4.0) * np.array([-self.shift[1], self.shift[0]])
        x, y = np.array(self.pose.centre) + self.shift * time + swing
        return Pose(rotation @ self.pose.matrix, (x, y))


def draw_clip(random: Random, size: int, frames: int, followed: int, bank: SpriteBank, speed: float = 1.0) -> Clip | None:
    """A clip in which `followed` objects are well visible in frame 0; None where too few are."""
    still = random.random() < 0.5
    background = (material if still else photo_material)(random, size, size, *([] if still else [bank.textures])).astype(np.float32)
    movers = [_draw_mover(random, size, bank, speed) for _ in range(int(random.integers(max(2, followed), 6)))]
    images = np.zeros((frames, size, size, 3), np.uint8)
    owner = np.zeros((frames, size, size), np.int32)
    flicker = 1 + 0.04 * random.standard_normal(frames)
    for time in range(frames):
        canvas = background.copy()
        for number, mover in enumerate(movers, 1):
            placed = place(mover.sprite, mover.at(time), size)
            if placed is None:
                continue
            window = (slice(placed.y0, placed.y1), slice(placed.x0, placed.x1))
            opacity = placed.sprite.alpha.astype(np.float32)[..., None] / 255
            canvas[window] = canvas[window] * (1 - opacity) + placed.sprite.rgb * opacity
            owner[time][window][placed.sprite.alpha > 127] = number
        images[time] = np.clip(canvas * flicker[time] + random.normal(0, 2, (size, size, 1)), 0, 255)
    visible = [number for number in range(1, len(movers) + 1) if (owner[0] == number).mean() > 4 * SMALLEST]
    if len(visible) < followed:
        return None
    chosen = random.permutation(visible)[:followed]
    masks = np.stack([[coverage(owner[time] == number) for time in range(frames)] for number in chosen])
    points = np.array([_middle_pixel(random, owner[0] == number) for number in chosen], np.float32)
    return Clip(np.ascontiguousarray(images.transpose(0, 3, 1, 2)), masks, points)


def _draw_mover(random: Random, size: int, bank: SpriteBank, speed: float) -> _Mover:
    if random.random() < 0.75:
        sprite = bank.draw(random)
    else:
        sprite = Sprite(material(random, 128, 128), outline(random, 128), np.zeros((128, 128), np.uint8))
    if random.random() < 0.4:
        sprite = sprite._replace(rgb=jitter(random, sprite.rgb))
    diameter = size * np.exp(random.uniform(np.log(0.18), np.log(0.55)))
    centre = tuple(random.uniform(0.15, 0.85, 2) * size)
    pace, course = abs(random.normal(0, 0.012)) * size * speed, random.uniform(0, 2 * np.pi)
    shift = pace * np.array([np.cos(course), np.sin(course)])
    pose = random_pose(random, sprite, diameter, centre)
    return _Mover(sprite, pose, shift, random.normal(0, 0.02) * speed, float(np.exp(random.normal(0, 0.006) * speed)), random.uniform(0, 1.5))


def _middle_pixel(random: Random, inside: np.ndarray) -> tuple[int, int]:
    """(x, y) of one of the pixels that lie deepest inside."""
    depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 3)
    rows, columns = np.nonzero(depth > 0.6 * depth.max())
    chosen = int(random.integers(len(rows)))
    return int(columns[chosen]), int(rows[chosen])


class ClipStream(IterableDataset[Clip]):
    """An endless stream of clips, each worker with a seed of its own."""

    def __init__(self, folder: Path, size: int, frames: int, followed: int = 2, seed: int = 0, held_out: bool = False, speed: float = 1.0) -> None:
        self._folder, self._size, self._frames, self._followed = folder, size, frames, followed
        self._seed, self._held_out, self._speed = seed, held_out, speed

    def __iter__(self) -> Iterator[Clip]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        random = np.random.default_rng([self._seed, worker.id if worker else 0])
        bank = SpriteBank(self._folder, self._held_out)
        while True:
            clip = draw_clip(random, self._size, self._frames, self._followed, bank, self._speed)
            if clip is not None:
                yield Clip(*(torch.from_numpy(array) for array in clip))
