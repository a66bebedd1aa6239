"""Mirroring, transposing and swapping channels of stored samples, so that a scene can be used more than once."""

from __future__ import annotations

import random

import torch

from .samples import Sample


def dihedral(sample: Sample) -> Sample:
    """One random symmetry of the square and permutation of the colour channels; `sample` is left as it is."""
    image, points, masks, valid, boxes, labels, weights = sample
    size = image.shape[-1]
    px, py = points.unbind(-1)
    x0, y0, x1, y1 = boxes.unbind(-1)
    if random.random() < 0.5:
        image, masks, labels = image.flip(-1), masks.flip(-1), labels.flip(-1)
        px, x0, x1 = size - 1 - px, size - x1, size - x0
    if random.random() < 0.3:
        image, masks, labels = image.flip(-2), masks.flip(-2), labels.flip(-2)
        py, y0, y1 = size - 1 - py, size - y1, size - y0
    if random.random() < 0.4:
        image, masks, labels = image.mT, masks.mT, labels.mT
        px, py, x0, y0, x1, y1 = py, px, y0, x0, y1, x1
    if random.random() < 0.5:
        image = image[torch.randperm(3)]
    return Sample(image, torch.stack([px, py], -1), masks, valid, torch.stack([x0, y0, x1, y1], -1), labels, weights)
