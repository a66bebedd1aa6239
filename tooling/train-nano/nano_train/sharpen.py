"""Scales a trained model's mask logits, the last step before its weights are shipped.

Focal loss stops caring about pixels that are right, so logits stay near 0 around borders, and the usual stability test
(how much does a mask change between thresholds -1 and 1?) fails masks that are good. A factor on the hypernetworks' last
layer changes no mask and no predicted IoU, only that; the mask prompt's norm takes the factor out again.
"""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import Sam2Model

from .export import export

FACTOR = 5.0


@torch.no_grad()
def sharpen(model: Sam2Model, factor: float = FACTOR) -> Sam2Model:
    """In place; every mask logit becomes `factor` times what it was."""
    for network in model.mask_decoder.output_hypernetworks_mlps:
        network.proj_out.weight.mul_(factor)
        network.proj_out.bias.mul_(factor)
    return model


def sharpen_folder(source: Path, target: Path, factor: float = FACTOR) -> Path:
    return export(sharpen(Sam2Model.from_pretrained(source), factor), target)
