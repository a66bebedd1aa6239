"""Synthetic scenes with their instances, parts and background regions.

`simple` scenes are those of the figures that nano is compared by: one to six objects on a soft surface. `rich` ones
add regions with outlines of their own, photograph textures, up to twelve objects, light, blur and compression.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from .materials import Random, material, octaves, outline, photo_material
from .placement import Placed, cast_shadow, jitter, place, random_pose
from .sprites import Sprite, SpriteBank

PARTS_PER_OBJECT = 16


class Scene(NamedTuple):
    """image uint8 [S, S, 3]; instances, parts and regions int32 [S, S] (0: none; regions count from 1)."""

    image: np.ndarray
    instances: np.ndarray
    parts: np.ndarray
    regions: np.ndarray


def simple_scene(random: Random, size: int, bank: SpriteBank) -> Scene:
    """1 to 6 objects on one surface, a quarter of the time with a horizon."""
    image = material(random, size, size).astype(np.float32)
    regions = np.ones((size, size), np.int32)
    if random.random() < 0.25:
        ground = material(random, size, size)
        y, x = np.mgrid[0:size, 0:size]
        below = y > random.uniform(0.3, 0.8) * size + random.normal(0, 0.15) * (x - size / 2)
        image[below] = ground[below]
        regions = np.where(below, 2, 1).astype(np.int32)
    largest = random.uniform(0.35, 0.8)
    image, instances, parts = _add_objects(random, image, bank, int(random.integers(1, 7)), 0.14, largest, [])
    if random.random() < 0.3:
        image = image * random.uniform(0.8, 1.15) + random.normal(0, 8)
    if random.random() < 0.2:
        image = image + random.standard_normal((size, size, 1)).astype(np.float32) * random.uniform(2, 8)
    return Scene(np.clip(image, 0, 255).astype(np.uint8), instances, parts, regions)


def rich_scene(random: Random, size: int, bank: SpriteBank) -> Scene:
    """2 to 12 objects on warped regions, then light, blur, noise and JPEG compression."""
    regions = _warped_regions(random, size, int(random.integers(1, 7)))
    image = np.zeros((size, size, 3), np.float32)
    for region in range(1, regions.max() + 1):
        surface = _surface(random, size, size, bank.textures)
        inside = regions == region
        image[inside] = surface[inside]
    count, largest = int(random.integers(2, 13)), random.uniform(0.25, 0.7)
    image, instances, parts = _add_objects(random, image, bank, count, 0.1, largest, bank.textures)
    if random.random() < 0.4:
        image *= (random.uniform(0.5, 0.9) + random.uniform(0.2, 0.7) * octaves(random, size, size))[..., None]
    image = np.clip(image * random.uniform(0.8, 1.15) + random.normal(0, 8), 0, 255)
    if random.random() < 0.3:
        image = cv2.GaussianBlur(image, (0, 0), random.uniform(0.4, 1.4) * size / 256)
    if random.random() < 0.4:
        image = image + random.standard_normal((size, size, 3)).astype(np.float32) * random.uniform(2, 10)
    image = np.clip(image, 0, 255).astype(np.uint8)
    if random.random() < 0.4:
        _, code = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(25, 90))])
        image = cv2.imdecode(code, cv2.IMREAD_COLOR)
    return Scene(image, instances, parts, regions)


def _surface(random: Random, height: int, width: int, photographs: list[np.ndarray]) -> np.ndarray:
    if random.random() < 0.35:
        return photo_material(random, height, width, photographs)
    return material(random, height, width)


def _warped_regions(random: Random, size: int, count: int) -> np.ndarray:
    """Nearest-seed cells whose borders are bent by noise, int32 [size, size] from 1."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    bend = random.uniform(0, 0.35) * size
    x, y = x + bend * octaves(random, size, size), y + bend * octaves(random, size, size)
    seeds = random.uniform(0, 1.2 * size, (count, 2)).astype(np.float32)
    stretch = np.exp(random.normal(0, 0.5))
    distance = [(x - sx) ** 2 + stretch * (y - sy) ** 2 for sx, sy in seeds]
    return (np.argmin(distance, 0) + 1).astype(np.int32)


def _add_objects(
    random: Random, image: np.ndarray, bank: SpriteBank, count: int, smallest: float, largest: float, photographs: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places sprites (70 %) and shapes; `smallest` and `largest` are shares of the scene's side."""
    size = image.shape[0]
    image = np.ascontiguousarray(image)
    instances, parts = np.zeros((size, size), np.int32), np.zeros((size, size), np.int32)
    number = 0
    for _ in range(count):
        diameter = size * np.exp(random.uniform(np.log(smallest), np.log(largest)))
        centre = tuple(random.uniform(0.05, 0.95, 2) * size)
        sprite = _draw_sprite(random, bank) if random.random() < 0.7 else _draw_shape(random, photographs)
        placed = place(sprite, random_pose(random, sprite, diameter, centre), size)
        if placed is None:
            continue
        if random.random() < 0.2:
            cast_shadow(random, image, placed, diameter)
        number += 1
        _blend(random, image, instances, parts, placed, number)
    return image, instances, parts


def _draw_sprite(random: Random, bank: SpriteBank) -> Sprite:
    sprite = bank.draw(random)
    return sprite if random.random() < 0.6 else sprite._replace(parts=np.zeros_like(sprite.parts))


def _draw_shape(random: Random, photographs: list[np.ndarray]) -> Sprite:
    side = 128
    rgb = _surface(random, side, side, photographs) if photographs else material(random, side, side)
    return Sprite(rgb, outline(random, side), np.zeros((side, side), np.uint8))


def _blend(random: Random, image: np.ndarray, instances: np.ndarray, parts: np.ndarray, placed: Placed, number: int) -> None:
    window = (slice(placed.y0, placed.y1), slice(placed.x0, placed.x1))
    rgb, alpha, own_parts = placed.sprite
    rgb = jitter(random, rgb) if random.random() < 0.4 else rgb.astype(np.float32)
    opacity = alpha.astype(np.float32)[..., None] / 255
    image[window] = image[window] * (1 - opacity) + rgb * opacity
    inside = alpha > 127
    instances[window][inside] = number
    shifted = np.where(own_parts > 0, own_parts.astype(np.int32) + number * PARTS_PER_OBJECT, 0)
    parts[window][inside] = shifted[inside]
