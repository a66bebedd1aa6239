"""Puts one cut-out into a scene: an affine map, then alpha blending over what is there."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from .materials import Random
from .sprites import Sprite


class Placed(NamedTuple):
    """A warped sprite and the rectangle [y0:y1, x0:x1] of the scene that it covers."""

    sprite: Sprite
    y0: int
    y1: int
    x0: int
    x1: int


class Pose(NamedTuple):
    """matrix float [2, 2] about the sprite's centre, centre (x, y) in scene pixels."""

    matrix: np.ndarray
    centre: tuple[float, float]


def random_pose(random: Random, sprite: Sprite, diameter: float, centre: tuple[float, float]) -> Pose:
    """Rotation (mostly small), shear, mirroring and aspect around a longest side of `diameter` pixels."""
    scale = diameter / max(sprite.alpha.shape)
    turn = np.radians(random.normal(0, 18) if random.random() < 0.7 else random.uniform(0, 360))
    mirror = -1 if random.random() < 0.5 else 1
    aspect = np.exp(random.normal(0, 0.1))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    shear = np.array([[1, random.normal(0, 0.12)], [0, 1]])
    return Pose(rotation @ shear @ np.diag([mirror * scale * aspect, scale / aspect]), centre)


def place(sprite: Sprite, pose: Pose, size: int) -> Placed | None:
    """The sprite in a size x size scene; None where less than 4 pixels of its rectangle are inside."""
    h, w = sprite.alpha.shape
    matrix, centre = pose.matrix, np.array(pose.centre)
    corners = matrix @ np.array([[-w / 2, w / 2, w / 2, -w / 2], [-h / 2, -h / 2, h / 2, h / 2]]) + centre[:, None]
    x0, y0 = np.maximum(np.floor(corners.min(1)).astype(int) - 1, 0)
    x1, y1 = np.minimum(np.ceil(corners.max(1)).astype(int) + 2, size)
    if x1 - x0 < 4 or y1 - y0 < 4:
        return None
    shift = centre - (x0, y0) - matrix @ np.array([w / 2, h / 2])
    affine = np.concatenate([matrix, shift[:, None]], 1).astype(np.float32)
    rgb, alpha, parts = sprite
    scale = float(np.sqrt(abs(np.linalg.det(matrix))))
    if scale < 0.6:  # shrink by area first: bilinear sampling alone would alias
        reduced = max(scale * 1.3, 0.05)
        small = (max(4, int(w * reduced)), max(4, int(h * reduced)))
        rgb, alpha = (cv2.resize(plane, small, interpolation=cv2.INTER_AREA) for plane in (rgb, alpha))
        parts = cv2.resize(parts, small, interpolation=cv2.INTER_NEAREST)
        affine[:, 0] *= w / small[0]
        affine[:, 1] *= h / small[1]
    window = (int(x1 - x0), int(y1 - y0))
    warped = Sprite(
        cv2.warpAffine(np.ascontiguousarray(rgb), affine, window, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        cv2.warpAffine(np.ascontiguousarray(alpha), affine, window, flags=cv2.INTER_LINEAR),
        cv2.warpAffine(np.ascontiguousarray(parts), affine, window, flags=cv2.INTER_NEAREST),
    )
    return Placed(warped, int(y0), int(y1), int(x0), int(x1))


def cast_shadow(random: Random, image: np.ndarray, placed: Placed, diameter: float) -> None:
    """Darkens `image` (float32, in place) by a blurred, shifted copy of the cut-out."""
    size = image.shape[0]
    dx, dy = (random.normal(0, 0.04, 2) * diameter).astype(int)
    alpha = placed.sprite.alpha.astype(np.float32) / 255
    shade = cv2.GaussianBlur(alpha, (0, 0), max(0.8, diameter * 0.04)) * random.uniform(0.15, 0.4)
    top, bottom = max(0, placed.y0 + dy), min(size, placed.y1 + dy)
    left, right = max(0, placed.x0 + dx), min(size, placed.x1 + dx)
    if bottom > top and right > left:
        part = shade[top - placed.y0 - dy : bottom - placed.y0 - dy, left - placed.x0 - dx : right - placed.x0 - dx]
        image[top:bottom, left:right] *= 1 - part[..., None]


def jitter(random: Random, rgb: np.ndarray) -> np.ndarray:
    """Other colours for a sprite, float32 in 0..255."""
    out = rgb.astype(np.float32)
    if random.random() < 0.5:
        out = out @ (np.eye(3) * random.uniform(0.7, 1.25) + random.normal(0, 0.12, (3, 3))).astype(np.float32)
    return np.clip(out * random.uniform(0.65, 1.2) + random.normal(0, 15), 0, 255)
