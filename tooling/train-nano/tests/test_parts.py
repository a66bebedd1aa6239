"""The pieces that training rests on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from transformers import Sam2Model

from nano_train.attention import plain_attention
from nano_train.config import nano_config
from nano_train.image_size import set_image_size
from nano_train.losses import pair_ious, pair_losses
from nano_train.model import decode, encode, fresh_model
from nano_train.muon import orthogonal
from nano_train.prompts import corrective_click, draw_prompts
from nano_train.quantize import quantize_file, widen_file
from nano_train.samples import draw_sample
from nano_train.scenes import rich_scene, simple_scene
from nano_train.sharpen import sharpen
from nano_train.sprites import SpriteBank


def test_clicks_lie_inside_their_masks_and_boxes(data: Path) -> None:
    random, bank = np.random.default_rng(0), SpriteBank(data, held_out=False)
    for make in (simple_scene, rich_scene):
        sample = draw_sample(random, make(random, 128, bank), 6, objects_only=False)
        assert sample is not None
        for point, mask, box in zip(sample.points, sample.masks[:, 0], sample.boxes):
            x, y = point.astype(int)
            assert mask[y // 4, x // 4] > 0
            assert box[0] <= x < box[2] and box[1] <= y < box[3]


def test_held_out_sprites_are_others_than_those_of_training(data: Path) -> None:
    assert len(SpriteBank(data, held_out=True)) + len(SpriteBank(data, held_out=False)) == 60


def test_plain_attention_gives_the_references_result() -> None:
    model = fresh_model(nano_config()).eval()
    pixels, points = torch.randn(1, 3, 256, 256), torch.rand(1, 2, 1, 2) * 256
    labels = torch.ones(1, 2, 1, dtype=torch.long)
    with torch.no_grad():
        expected = decode(model, encode(model, pixels), points, labels).logits
        with plain_attention():
            out = decode(model, encode(model, pixels), points, labels).logits
    torch.testing.assert_close(out, expected, atol=1e-4, rtol=1e-4)


def test_a_model_runs_at_another_image_size() -> None:
    model: Sam2Model = fresh_model(nano_config()).eval()
    set_image_size(model, 128)
    with torch.no_grad():
        out = decode(model, encode(model, torch.randn(1, 3, 128, 128)), torch.rand(1, 1, 1, 2) * 128, torch.ones(1, 1, 1, dtype=torch.long))
    assert out.logits.shape == (1, 4, 32, 32)


def test_the_loss_is_least_for_the_right_mask() -> None:
    masks = (torch.rand(2, 3, 8, 8) > 0.5).float()
    logits = (masks * 2 - 1) * 8
    losses = pair_losses(logits, masks, 1.0)
    assert torch.equal(losses.argmin(1), torch.arange(3).expand(2, 3))
    assert torch.equal(pair_ious(logits, masks).diagonal(dim1=1, dim2=2), torch.ones(2, 3))


def test_an_update_becomes_orthogonal() -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonal(torch.randn(3, 16, 48)))
    assert values.min() > 0.5 and values.max() < 1.4


def test_a_corrective_click_says_what_is_missing_and_what_is_too_much() -> None:
    actual = torch.zeros(2, 16, 16)
    actual[:, 4:12, 4:12] = 1
    predicted = torch.stack([torch.full((16, 16), -5.0), torch.full((16, 16), 5.0)])
    points, labels = corrective_click(predicted, actual)
    assert labels.tolist() == [1, 0]
    cells = (points / 4).long()
    assert [bool(actual[i, y, x]) for i, (x, y) in enumerate(cells.tolist())] == [True, False]


def test_prompts_are_points_with_labels() -> None:
    masks = torch.zeros(2, 3, 3, 16, 16)
    masks[:, :, :, 2:9, 2:9] = 1
    points, boxes = torch.full((2, 3, 2), 20.0), torch.tensor([8.0, 8, 36, 36]).expand(2, 3, 4)
    for _ in range(40):
        prompts = draw_prompts(points, masks, boxes, 64)
        assert prompts.points.shape[:3] == prompts.labels.shape
        assert prompts.absent.shape == (6,)


def test_sharpening_scales_logits_and_nothing_else() -> None:
    model = fresh_model(nano_config()).eval()
    pixels, points, labels = torch.randn(1, 3, 256, 256), torch.rand(1, 2, 1, 2) * 256, torch.ones(1, 2, 1, dtype=torch.long)
    with torch.no_grad():
        before = decode(model, encode(model, pixels), points, labels)
        after = decode(sharpen(model, 3.0), encode(model, pixels), points, labels)
    torch.testing.assert_close(after.logits, before.logits * 3, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(after.iou, before.iou)


def test_quantized_weights_are_near_and_small(tmp_path: Path) -> None:
    model = fresh_model(nano_config())
    model.save_pretrained(tmp_path)
    size = quantize_file(tmp_path / "model.safetensors", tmp_path / "q8" / "model.safetensors")
    assert size < 0.4 * (tmp_path / "model.safetensors").stat().st_size
    widened = widen_file(tmp_path / "q8" / "model.safetensors")
    for name, weight in model.state_dict().items():
        if name in widened:  # tied tensors are stored once
            error = (widened[name] - weight).abs().max() / weight.abs().max().clamp(min=1e-4)
            assert error < 0.012, name
