"""Sprites: cut-out pictures with colour parts, packed into one file that every data worker maps.

`sprites.bin` holds uint8 [height, width, 5] arrays (red, green, blue, alpha, part number; part 0 is none) one after
another, `sprites.json` their names, sizes, offsets and whether they are held out.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Iterable, NamedTuple

import cv2
import numpy as np
from PIL import Image

from .sources import Picture

LONGEST = 192
"""Longest side of a stored sprite in pixels."""

HELD_OUT = 0.06
"""Share of the pictures kept from training; a hash of the name decides, so that it never depends on order."""


class Sprite(NamedTuple):
    """rgb uint8 [h, w, 3], alpha uint8 [h, w], parts uint8 [h, w] (0: no part)."""

    rgb: np.ndarray
    alpha: np.ndarray
    parts: np.ndarray


def is_held_out(name: str, share: float = HELD_OUT) -> bool:
    return int(hashlib.md5(name.encode()).hexdigest()[:8], 16) / 2**32 < share


def cut_out(image: Image.Image) -> np.ndarray | None:
    """RGBA uint8 cropped to its content and scaled to `LONGEST`; None for what makes no useful object."""
    if image.mode in ("P", "LA"):
        image = image.convert("RGBA")
    if image.mode != "RGBA" or max(image.size) > 4000:
        return None
    rgba = np.asarray(image)
    inside = rgba[..., 3] > 127
    if inside.sum() < 300:
        return None
    rows, columns = np.where(inside.any(1))[0], np.where(inside.any(0))[0]
    rgba = rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    inside = rgba[..., 3] > 127
    height, width = inside.shape
    if min(height, width) < 24 or max(height, width) / min(height, width) > 5 or not 0.15 < inside.mean() < 0.97:
        return None
    _, _, stats, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8))
    if stats[1:, cv2.CC_STAT_AREA].max() < 0.8 * inside.sum():
        return None
    scale = LONGEST / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(rgba)
    # Premultiplied while scaling, so that colours hidden under transparent pixels do not bleed in.
    colour = rgba.astype(np.float32)
    colour[..., :3] *= colour[..., 3:] / 255
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    colour = cv2.resize(colour, size, interpolation=cv2.INTER_AREA)
    colour[..., :3] /= np.maximum(colour[..., 3:] / 255, 1e-3)
    return np.clip(colour, 0, 255).astype(np.uint8)


def colour_parts(rgba: np.ndarray) -> np.ndarray:
    """Parts of one even colour, uint8 [h, w]: k-means in Lab, then connected components of a fair size and solidity."""
    height, width = rgba.shape[:2]
    scale = 96 / max(height, width)
    small = cv2.resize(rgba[..., :3], (max(8, int(width * scale)), max(8, int(height * scale))), interpolation=cv2.INTER_AREA)
    inside = cv2.resize((rgba[..., 3] > 127).astype(np.uint8), small.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
    if inside.sum() < 50:
        return np.zeros((height, width), np.uint8)
    small = cv2.bilateralFilter(cv2.medianBlur(small, 5), 7, 40, 7)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    lab[..., 0] *= 0.5  # shading says less about parts than hue does
    cv2.setRNGSeed(0)
    _, labels, centres = cv2.kmeans(lab[inside], 4, None, (3, 10, 1.0), 1, cv2.KMEANS_PP_CENTERS)
    alias = list(range(4))
    for i in range(4):
        for j in range(i):
            if np.linalg.norm(centres[i] - centres[j]) < 16:
                alias[i] = alias[j]
    cluster = np.full(inside.shape, -1, np.int32)
    cluster[inside] = np.array(alias)[labels[:, 0]]
    parts, count, total = np.zeros(inside.shape, np.uint8), 0, inside.sum()
    for k in sorted(set(alias)):
        opened = cv2.morphologyEx((cluster == k).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        found, component, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
        for c in range(1, found):
            _, _, w, h, area = stats[c]
            if 0.04 * total < area < 0.75 * total and area > 0.35 * w * h and count < 12:
                count += 1
                parts[component == c] = count
    return cv2.resize(parts, (width, height), interpolation=cv2.INTER_NEAREST)


def write_pack(pictures: Iterable[Picture], folder: Path) -> dict[str, int]:
    """Writes `sprites.bin` and `sprites.json`; gives the number of sprites of each source."""
    index: list[list[object]] = []
    counts: dict[str, int] = {}
    with open(folder / "sprites.bin", "wb") as data:
        for picture in pictures:
            try:
                rgba = cut_out(Image.open(picture.path))
            except (OSError, ValueError, Image.DecompressionBombError):  # a few old files are damaged or huge
                continue
            if rgba is None:
                continue
            packed = np.dstack([rgba, colour_parts(rgba)])
            index.append([picture.name, *packed.shape[:2], data.tell(), is_held_out(picture.name)])
            data.write(packed.tobytes())
            source = picture.name.split(":")[0]
            counts[source] = counts.get(source, 0) + 1
    (folder / "sprites.json").write_text(json.dumps(index))
    return counts


class SpriteBank:
    """The sprites of one split of a pack."""

    def __init__(self, folder: Path, held_out: bool) -> None:
        self._index = [entry for entry in json.loads((folder / "sprites.json").read_text()) if entry[4] == held_out]
        self._bytes = np.memmap(folder / "sprites.bin", np.uint8, "r")
        self.textures = [np.asarray(Image.open(path).convert("RGB")) for path in sorted((folder / "textures").glob("*.png"))]
        if not self._index:
            raise ValueError(f"{folder}: no sprites of this split; run `python -m nano_train prepare`")

    def __len__(self) -> int:
        return len(self._index)

    def draw(self, random: np.random.Generator) -> Sprite:
        _, height, width, offset, _ = self._index[random.integers(len(self._index))]
        packed = np.asarray(self._bytes[offset : offset + height * width * 5]).reshape(height, width, 5)
        return Sprite(packed[..., :3], packed[..., 3], packed[..., 4])
