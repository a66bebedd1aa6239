"""Scenes drawn once and kept on disk, so that training does not wait for drawing: with every mask that a click may mean.

    images  uint8 [N, 3, 256, 256]    drawn at twice the side and made smaller, as the measured scenes are
    masks   uint8 [N, 20, 128, 128]   coverage 0..255 of objects, their parts, regions, the whole background
    where   uint8 [N, 3, 128, 128]    at each cell: 1 + the mask of the object or region there, of its part, of the whole background; 0: none
    kinds   uint8 [N, 20]             0: no mask, 1: object, 2: part, 3: region, 4: whole background
"""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.lib.format import open_memmap

from .samples import SMALLEST
from .scenes import Scene, rich_scene, simple_scene
from .sprites import SpriteBank

SIDE, MASK_SIDE, MASKS = 256, 128, 20
NOTHING, OBJECT, PART, REGION, BACKGROUND = range(5)
FIELDS = {"images": (3, SIDE, SIDE), "masks": (MASKS, MASK_SIDE, MASK_SIDE), "where": (3, MASK_SIDE, MASK_SIDE), "kinds": (MASKS,)}


@dataclass(frozen=True)
class SceneStore:
    """The arrays of a store, mapped from disk."""

    images: np.ndarray
    masks: np.ndarray
    where: np.ndarray
    kinds: np.ndarray

    @property
    def ready(self) -> np.ndarray:
        """Indices of the scenes that are drawn already; drawing may still go on."""
        return np.flatnonzero(np.asarray(self.kinds).any(1))


def open_store(folder: Path) -> SceneStore:
    return SceneStore(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in FIELDS))


def write_store(data: Path, folder: Path, count: int, rich: float, seed: int = 21, processes: int = 1) -> Path:
    """Draws `count` scenes, a share of them rich; an existing store is completed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, shape in FIELDS.items():
        if not (folder / f"{name}.npy").exists():
            open_memmap(folder / f"{name}.npy", "w+", np.uint8, (count, *shape)).flush()
    workers = [get_context("spawn").Process(target=_draw, args=(data, folder, rich, seed, rank, processes)) for rank in range(1, processes)]
    for worker in workers:
        worker.start()
    _draw(data, folder, rich, seed, 0, processes)
    for worker in workers:
        worker.join()
    return folder


def _draw(data: Path, folder: Path, rich: float, seed: int, rank: int, processes: int) -> None:
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    arrays = {name: open_memmap(folder / f"{name}.npy", "r+") for name in FIELDS}
    bank = SpriteBank(data, held_out=False)
    for number in range(rank, len(arrays["kinds"]), processes):
        random = np.random.default_rng([seed, number])
        while not arrays["kinds"][number].any():
            make = rich_scene if random.random() < rich else simple_scene
            for name, value in describe(make(random, 2 * SIDE, bank)).items():
                arrays[name][number] = value


def describe(scene: Scene) -> dict[str, np.ndarray]:
    """The four fields of a scene of side 512; `kinds` is all 0 where nothing in it can be prompted."""
    masks = np.zeros((MASKS, MASK_SIDE, MASK_SIDE), np.uint8)
    where, kinds = np.zeros((3, MASK_SIDE, MASK_SIDE), np.uint8), np.zeros(MASKS, np.uint8)
    smallest = SMALLEST * scene.instances.size
    step = scene.instances.shape[0] // MASK_SIDE
    used = 0

    def add(mask: np.ndarray, kind: int, layer: int) -> None:
        nonlocal used
        if used < MASKS and mask.sum() > smallest:
            masks[used] = cv2.resize(mask.astype(np.uint8) * 255, (MASK_SIDE, MASK_SIDE), interpolation=cv2.INTER_AREA)
            where[layer][mask[step // 2 :: step, step // 2 :: step]] = used + 1
            kinds[used], used = kind, used + 1

    numbers = range(1, int(scene.instances.max()) + 1)
    for number in numbers:
        add(scene.instances == number, OBJECT, 0)
    background = scene.instances == 0
    if background.mean() > 0.1:
        for region in range(1, int(scene.regions.max()) + 1):
            add(background & (scene.regions == region), REGION, 0)
        if scene.regions.max() > 1:
            add(background, BACKGROUND, 2)
    for number in numbers:
        inside = scene.instances == number
        for part in np.unique(scene.parts[inside]):
            own = inside & (scene.parts == part)
            if part > 0 and own.sum() < 0.85 * inside.sum():
                add(own, PART, 1)
    pixels = torch.from_numpy(np.ascontiguousarray(scene.image.transpose(2, 0, 1)))[None].float()
    small = F.interpolate(pixels, size=(SIDE, SIDE), mode="bilinear", antialias=True)[0]
    return {"images": small.round().clamp(0, 255).byte().numpy(), "masks": masks, "where": where, "kinds": kinds}
