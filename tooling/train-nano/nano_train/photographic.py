"""Makes a drawn picture look more like a photograph: uneven light, dull colours, blur, grain. Nothing moves, so masks stay right."""

from __future__ import annotations

import cv2
import numpy as np


def photographic(image: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """uint8 [3, height, width] -> the same, each change at random and often none."""
    height, width = image.shape[1:]
    pixels = image.astype(np.float32) / 255
    if draw.random() < 0.5:
        grey = pixels.mean(0, keepdims=True)
        pixels = grey + (pixels - grey) * np.float32(draw.uniform(0.1, 1.2))
    if draw.random() < 0.5:
        down, across = np.linspace(-1, 1, height, dtype=np.float32), np.linspace(-1, 1, width, dtype=np.float32)
        slopes = draw.normal(0, 0.2, 2).astype(np.float32)
        pixels = pixels * np.exp(slopes[0] * down[:, None] + slopes[1] * across[None])
    if draw.random() < 0.6:
        tint = draw.normal(0, 0.08, (3, 1, 1)).astype(np.float32)
        pixels = (pixels.clip(0, 1) ** np.float32(np.exp(draw.normal(0, 0.3))) - 0.5) * np.float32(draw.uniform(0.5, 1.15)) + 0.5 + tint
    if draw.random() < 0.3:
        pixels = cv2.GaussianBlur(pixels.transpose(1, 2, 0), (0, 0), draw.uniform(0.4, 1.3)).transpose(2, 0, 1)
    if draw.random() < 0.4:
        pixels = pixels + draw.standard_normal(pixels.shape, dtype=np.float32) * np.float32(draw.uniform(0.01, 0.06))
    return (pixels.clip(0, 1) * 255).round().astype(np.uint8)
