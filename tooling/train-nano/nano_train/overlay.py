"""Pictures of what a model finds, to be looked at."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from transformers import Sam2Model

from .everything import Thresholds, segment_everything

LONGEST = 640


def draw_everything(model: Sam2Model, image: np.ndarray, thresholds: Thresholds = Thresholds()) -> np.ndarray:
    """The picture beside itself with every mask in a colour, uint8 RGB."""
    scale = min(1.0, LONGEST / max(image.shape[:2]))
    small = cv2.resize(image, (round(image.shape[1] * scale), round(image.shape[0] * scale)), interpolation=cv2.INTER_AREA)
    logits, _ = segment_everything(model, image, thresholds)
    return np.hstack([small, paint(small, logits)])


def paint(image: np.ndarray, logits: Tensor) -> np.ndarray:
    """Masks over an RGB picture, large ones first, with white outlines."""
    painted, random = image.astype(np.float32), np.random.default_rng(1)
    if not len(logits):
        return image.copy()
    masks = (F.interpolate(logits[:, None], size=image.shape[:2], mode="bilinear")[:, 0] > 0).numpy()
    order = np.argsort([-mask.sum() for mask in masks])
    for mask in masks[order]:
        painted[mask] = painted[mask] * 0.45 + random.uniform(0, 255, 3) * 0.55
    out = np.ascontiguousarray(painted.astype(np.uint8))
    for mask in masks[order]:
        contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(out, contours, -1, (255, 255, 255), 1)
    return out


def save_scene_overlays(model_folder: Path, scenes: list[np.ndarray], path: Path, thresholds: Thresholds = Thresholds()) -> None:
    """Scenes above, what is found in them below, in one picture."""
    model = Sam2Model.from_pretrained(model_folder).eval()
    columns = []
    for scene in scenes:
        small = cv2.resize(scene, (256, 256), interpolation=cv2.INTER_AREA)
        columns.append(np.vstack([small, paint(small, segment_everything(model, scene, thresholds)[0])]))
    Image.fromarray(np.hstack(columns)).save(path)


def save_overlays(model_folder: Path, images: list[Path], out: Path, thresholds: Thresholds = Thresholds()) -> None:
    """One PNG for each picture."""
    model = Sam2Model.from_pretrained(model_folder).eval()
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    for path in images:
        picture = np.asarray(Image.open(path).convert("RGB"))
        Image.fromarray(draw_everything(model, picture, thresholds)).save(out / f"{path.stem}.png")
