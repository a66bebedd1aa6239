"""What the masks, the predicted IoU and the object score are trained with."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .model import Decoded


class Targets(NamedTuple):
    """masks [R, 3, h, w] in 0..1, valid bool [R, 3], weights [R], absent bool [R]: no object is prompted (R = B·N rows)."""

    masks: Tensor
    valid: Tensor
    weights: Tensor
    absent: Tensor


def pair_losses(logits: Tensor, masks: Tensor, balance: float) -> Tensor:
    """Each of K logits against each of G masks, [R, K, G]: focal + dice + `balance` times class-balanced BCE.

    The focal term (alpha 0.25, gamma 2) is linear in the target, so all pairs are two matrix products. The balanced
    term, strong early on, ends the plateau on which every mask is empty.
    """
    logits, masks = logits.flatten(2), masks.flatten(2)
    probability, targets = logits.sigmoid(), masks.transpose(1, 2)
    inside, outside = F.softplus(-logits), F.softplus(logits)
    focal = (0.25 * (1 - probability) ** 2 * inside) @ targets + (0.75 * probability**2 * outside) @ (1 - targets)
    area = masks.sum(-1)[:, None]
    dice = 1 - (2 * (probability @ targets) + 1) / (probability.sum(-1)[..., None] + area + 1)
    rest = (1 - masks).sum(-1)[:, None].clamp(min=1)
    balanced = 0.5 * (inside @ targets / area.clamp(min=1) + outside @ (1 - targets) / rest)
    return (20 - 15 * balance) * focal / logits.shape[-1] + dice + balance * balanced


@torch.no_grad()
def pair_ious(logits: Tensor, masks: Tensor) -> Tensor:
    """IoU of each of K thresholded logits with each of G masks, [R, K, G]."""
    predicted = (logits > 0).flatten(2).float()
    actual = (masks > 0.5).flatten(2).float().transpose(1, 2)
    both = predicted @ actual
    return both / (predicted.sum(-1)[..., None] + actual.sum(1)[:, None] - both).clamp(min=1)


def prompt_loss(out: Decoded, targets: Targets, single: bool, balance: float) -> tuple[Tensor, dict[str, float]]:
    """The loss of one decoder pass, and its figures; `single`: the prompt leaves one meaning, the first mask."""
    masks, valid, weights, absent = targets
    if single:
        valid = valid & torch.tensor([True, False, False], device=valid.device)
    pairs = pair_losses(out.logits, masks, balance).masked_fill(~valid[:, None], 1e4)
    weights = weights * ~absent
    total = weights.sum().clamp(min=1)
    nearest = pairs[:, 1:].min(1)[0]  # each meaning takes the best of the three choices
    choices = (nearest * valid).sum(1) / valid.sum(1)
    unused = pairs[:, 1:].min(2)[0].mean(1)  # keeps choices alive that no meaning takes
    largest = (masks.flatten(2).sum(-1) * valid).argmax(1)
    alone = pairs[:, 0].gather(1, largest[:, None])[:, 0]
    ious = pair_ious(out.logits, masks).masked_fill(~valid[:, None], 0).max(2)[0]
    calibration = (out.iou - ious).abs().mean(1)
    score = F.binary_cross_entropy_with_logits(out.object_score, (~absent).float())
    loss = ((choices + alone + 0.05 * unused + calibration) * weights).sum() / total + 0.2 * score
    figures = {
        "best": float((ious[:, 1:].max(1)[0] * weights).sum() / total),
        "single": float((ious[:, 0] * weights).sum() / total),
        "calibration": float((calibration.detach() * weights).sum() / total),
    }
    return loss, figures


class AffinityLoss(nn.Module):
    """A head used in training only: do two pixels belong together? Gives the encoder a dense signal early on."""

    def __init__(self, channels: int, width: int = 24) -> None:
        super().__init__()
        self.maps = nn.ModuleList([nn.Conv2d(channels, width, 1) for _ in range(3)])
        self.scale = nn.Parameter(torch.tensor([8.0, -2.0]))

    def forward(self, pyramid: list[Tensor], labels: Tensor) -> Tensor:
        code = self.maps[0](pyramid[0].float())
        for convolution, level in zip(self.maps[1:], pyramid[1:]):
            code = code + F.interpolate(convolution(level.float()), size=code.shape[-2:], mode="bilinear")
        pixels = torch.randint(code[0, 0].numel(), (len(code), 256), device=code.device)
        code = F.normalize(code.flatten(2).gather(2, pixels[:, None].expand(-1, code.shape[1], -1)), dim=1)
        label = labels.flatten(1).gather(1, pixels)
        same = (label[:, :, None] == label[:, None]).float()
        return F.binary_cross_entropy_with_logits(code.transpose(1, 2) @ code * self.scale[0] + self.scale[1], same)
