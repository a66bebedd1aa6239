"""Predicted IoU that is learnt on finished masks."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn
from transformers import Sam2Model

from nano_train import calibrate
from nano_train.config import nano_config
from nano_train.evaluation_set import everything_scenes
from nano_train.everything import Thresholds
from nano_train.everything_figures import count_right, everything_figures
from nano_train.model import decode, encode, fresh_model
from nano_train.scene_store import OBJECT, describe, write_store


def test_calibration_changes_predicted_iou_and_no_mask(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrate, "STEPS", 400)
    fresh_model(nano_config()).save_pretrained(tmp_path / "model")
    before, after = Sam2Model.from_pretrained(tmp_path / "model").eval(), Sam2Model.from_pretrained(tmp_path / "model").eval()
    error, better = calibrate.calibrate(after, write_store(data, tmp_path / "store", count=4, rich=0.5), scenes=10)
    assert better < error
    with torch.no_grad():
        pixels, points, labels = torch.randn(1, 3, 256, 256), torch.rand(1, 2, 1, 2) * 256, torch.ones(1, 2, 1, dtype=torch.long)
        was, now = (decode(model, encode(model, pixels), points, labels) for model in (before, after))
    assert torch.equal(was.logits, now.logits) and not torch.equal(was.iou, now.iou)


@pytest.mark.parametrize(("quantile", "expected"), [(0.5, 0.5), (0.85, 0.85)])
def test_the_loss_is_least_at_the_quantile(quantile: float, expected: float) -> None:
    class Constant(nn.Module):
        def __init__(self, value: float) -> None:
            super().__init__()
            self.value = value

        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            return torch.full((len(tokens), 4), self.value)

    ious = torch.linspace(0, 1, 1001)[:, None].expand(-1, 4)
    answers = calibrate.Answers(torch.zeros(1001, 1), ious, torch.ones_like(ious), torch.full_like(ious, quantile))
    costs = {value / 100: float(calibrate.pinball(Constant(value / 100), answers)) for value in range(101)}
    assert min(costs, key=costs.__getitem__) == pytest.approx(expected, abs=0.011)  # the grid of values
    if quantile == 0.5:
        error = (ious - 0.3).abs().mean()
        assert costs[0.3] == pytest.approx(float(error), abs=1e-6)


def test_masks_of_what_is_in_a_scene_are_right(data: Path) -> None:
    scene = everything_scenes(data, 1, seed=11)[0]
    described = describe(scene)
    actual = torch.from_numpy(described["masks"][described["kinds"] > 0]).float() / 255 - 0.5
    nothing = -torch.ones(2, *actual.shape[1:])
    assert count_right(torch.cat([actual, nothing]), scene) == len(actual)
    assert count_right(nothing[:0], scene) == 0


def test_masks_of_all_objects_find_them_all(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = everything_scenes(data, 1, seed=11)[0]
    described = describe(scene)
    perfect = torch.from_numpy(described["masks"][described["kinds"] == OBJECT]).float() / 255 - 0.5
    wrong = -torch.ones_like(perfect)
    answer = torch.cat([perfect, wrong]), torch.ones(2 * len(perfect))
    monkeypatch.setattr("nano_train.everything_figures.segment_everything", lambda *_: answer)
    figures = everything_figures(fresh_model(nano_config()).eval(), data, 1, 11, Thresholds(grid=2))
    assert figures == {"found": 1.0, "right": 0.5, "kept": 2 * len(perfect), "objects": len(perfect)}
