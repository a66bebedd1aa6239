"""Real photographs with outlines drawn by hand: measured, never trained on (see photos/LICENSES.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Iterator

import cv2
import numpy as np
import torch
from PIL import Image

from .samples import Sample, coverage

FOLDER = Path(__file__).resolve().parent.parent / "photos"
LONGEST = 640
"""Longest side that the outlines' coordinates are for."""


def photograph_samples(side: int) -> Iterator[Sample]:
    """Each photograph stretched to a square of `side` pixels, one prompt for each outline: its deepest point, its box."""
    outlines = json.loads((FOLDER / "outlines.json").read_text())
    for name, objects in outlines.items():
        if name != "note":
            yield _sample(Image.open(find_photograph(name)).convert("RGB"), list(objects.values()), side)


def find_photograph(name: str) -> Path:
    """Carried here, or in the installed scikit-image."""
    carried = FOLDER / name
    if carried.exists():
        return carried
    import skimage

    return Path(skimage.__file__).parent / "data" / name


def _sample(image: Image.Image, outlines: list[object], side: int) -> Sample:
    scale = LONGEST / max(image.size)
    size = (round(image.width * scale), round(image.height * scale))
    masks = [cv2.resize(_fill(outline, size), (side, side), interpolation=cv2.INTER_NEAREST) for outline in outlines]
    points, boxes = [], []
    for mask in masks:
        depth = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
        y, x = np.unravel_index(depth.argmax(), depth.shape)
        rows, columns = np.where(mask.any(1))[0], np.where(mask.any(0))[0]
        points.append((x, y))
        boxes.append((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
    grids = torch.zeros(len(masks), 3, side // 4, side // 4, dtype=torch.uint8)
    grids[:, 0] = torch.from_numpy(np.stack([coverage(mask) for mask in masks]))
    pixels = np.asarray(image.resize((side, side), Image.Resampling.BILINEAR))
    return Sample(
        torch.from_numpy(pixels.transpose(2, 0, 1).copy()),
        torch.tensor(points, dtype=torch.float32),
        grids,
        torch.tensor([True, False, False]).expand(len(masks), 3).clone(),
        torch.tensor(boxes, dtype=torch.float32),
        torch.zeros(side // 4, side // 4, dtype=torch.int32),
        torch.ones(len(masks)),
    )


def _fill(outline: object, size: tuple[int, int]) -> np.ndarray:
    """A polygon or ellipse as uint8 0 or 1 [height, width]."""
    mask = np.zeros(size[::-1], np.uint8)
    if isinstance(outline, dict):
        x, y, rx, ry = outline["ellipse"]
        cv2.ellipse(mask, (x, y), (rx, ry), 0, 0, 360, 1, -1)
    else:
        cv2.fillPoly(mask, [np.array(outline, np.int32)], 1)
    return mask
