"""Procedural surfaces and outlines: what scenes are made of besides sprites."""

from __future__ import annotations

import cv2
import numpy as np

Random = np.random.Generator

GLYPHS = [chr(code) for code in (*range(48, 58), *range(65, 91), *range(97, 123))]


def colour(random: Random) -> np.ndarray:
    """One RGB colour in 0..255, now and then close to grey."""
    if random.random() < 0.15:
        return np.clip(random.uniform(0, 255) + random.normal(0, 12, 3), 0, 255)
    return random.uniform(0, 255, 3)


def octaves(random: Random, height: int, width: int) -> np.ndarray:
    """Smooth noise in 0..1, float32 [height, width]: a few octaves of random grids."""
    out, amplitude, cells = np.zeros((height, width), np.float32), 1.0, int(random.integers(2, 6))
    for _ in range(int(random.integers(2, 5))):
        grid = random.standard_normal((cells + 1, max(2, int((cells + 1) * width / height)))).astype(np.float32)
        out += amplitude * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        amplitude *= random.uniform(0.35, 0.7)
        cells = min(cells * 2, height)
    out -= out.min()
    return out / max(float(out.max()), 1e-6)


def material(random: Random, height: int, width: int) -> np.ndarray:
    """RGB uint8 [height, width, 3] of one even, graded, clouded or striped surface."""
    kind = random.random()
    first, second = colour(random), colour(random)
    if random.random() < 0.5:
        second = np.clip(first + random.normal(0, 45, 3), 0, 255)
    if kind < 0.15:
        return np.broadcast_to(first.astype(np.uint8), (height, width, 3)).copy()
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    if kind < 0.35:
        angle = random.uniform(0, 2 * np.pi)
        blend = np.cos(angle) * x / width + np.sin(angle) * y / height
        blend = (blend - blend.min()) / max(float(np.ptp(blend)), 1e-6)
        if random.random() < 0.3:
            blend = np.clip(np.hypot(x / width - random.random(), y / height - random.random()), 0, 1)
    elif 0.5 <= kind < 0.58:
        angle, period = random.uniform(0, np.pi), random.uniform(4, 40)
        blend = (((np.cos(angle) * x + np.sin(angle) * y) / period) % 1 < random.uniform(0.3, 0.7)).astype(np.float32)
    else:
        blend = octaves(random, height, width)
    blend = blend[..., None]
    return (first * (1 - blend) + second * blend).astype(np.uint8)


def photo_material(random: Random, height: int, width: int, photographs: list[np.ndarray]) -> np.ndarray:
    """RGB uint8 crop of a texture photograph, tinted; a plain `material` where there is none."""
    if not photographs:
        return material(random, height, width)
    photo = photographs[random.integers(len(photographs))]
    share = random.uniform(0.2, 0.8)
    h, w = max(16, int(photo.shape[0] * share)), max(16, int(photo.shape[1] * share))
    y, x = random.integers(0, photo.shape[0] - h + 1), random.integers(0, photo.shape[1] - w + 1)
    crop = cv2.resize(photo[y : y + h, x : x + w], (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    tint = colour(random) / 128
    return np.clip(crop * (1 + random.uniform(0, 0.8) * (tint - 1)), 0, 255).astype(np.uint8)


def outline(random: Random, size: int) -> np.ndarray:
    """Coverage uint8 [size, size] of a random shape: ellipse, polygon, blob, star, ring, rectangle or glyph."""
    mask, centre, kind = np.zeros((size, size), np.uint8), size / 2, random.integers(7)
    middle = (int(centre), int(centre))

    def polygon(angles: np.ndarray, radii: np.ndarray) -> None:
        corners = np.stack([centre + radii * np.cos(angles), centre + radii * np.sin(angles)], 1).astype(np.int32)
        cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA)

    if kind == 0:
        axes = (int(centre * 0.95), int(centre * random.uniform(0.3, 0.95)))
        cv2.ellipse(mask, middle, axes, random.uniform(0, 180), 0, 360, 255, -1, cv2.LINE_AA)
    elif kind == 1:
        corners = int(random.integers(3, 9))
        polygon(np.sort(random.uniform(0, 2 * np.pi, corners)), centre * random.uniform(0.5, 0.98, corners))
    elif kind == 2:
        angles, radii = np.linspace(0, 2 * np.pi, 80, endpoint=False), np.full(80, 0.62)
        for wave in range(2, 6):
            radii += random.normal(0, 0.22 / wave) * np.cos(wave * angles + random.uniform(0, 6.3))
        polygon(angles, centre * np.clip(radii, 0.15, 0.98))
    elif kind == 3:
        points = int(random.integers(4, 9))
        odd = np.arange(2 * points) % 2
        polygon(np.arange(2 * points) * np.pi / points, np.where(odd, centre * random.uniform(0.35, 0.6), centre * 0.97))
    elif kind == 4:
        cv2.circle(mask, middle, int(centre * 0.95), 255, -1, cv2.LINE_AA)
        cv2.circle(mask, middle, int(centre * random.uniform(0.3, 0.7)), 0, -1, cv2.LINE_AA)
    elif kind == 5:
        half = random.uniform(0.25, 0.97)
        cv2.rectangle(mask, (int(centre * 0.03), int(centre * (1 - half))), (int(centre * 1.97), int(centre * (1 + half))), 255, -1)
    else:
        thickness = int(size * random.uniform(0.06, 0.14)) + 1
        origin, font = (int(size * 0.18), int(size * 0.8)), int(random.integers(0, 4))
        cv2.putText(mask, str(random.choice(GLYPHS)), origin, font, size / 34, 255, thickness, cv2.LINE_AA)
    return mask
