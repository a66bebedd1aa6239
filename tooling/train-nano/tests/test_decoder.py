"""Stored scenes, the faster decoder pass, and a few steps of the decoder run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import Sam2Model

from nano_train import decoder_trainer
from nano_train.attention import plain_attention
from nano_train.config import nano_config
from nano_train.decoder_trainer import train_decoder
from nano_train.fast_decode import fast_decode
from nano_train.model import decode, encode, fresh_model
from nano_train.photographic import photographic
from nano_train.plan import Plan
from nano_train.prompts import draw_prompts
from nano_train.scene_store import OBJECT, PART, open_store, write_store
from nano_train.stored_prompts import draw_click, draw_scene


@pytest.fixture(scope="module")
def store(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(data, tmp_path_factory.mktemp("store"), count=6, rich=0.5)


def test_a_click_lies_in_the_mask_it_may_mean(store: Path) -> None:
    scenes, draw = open_store(store), np.random.default_rng(0)
    assert len(scenes.ready) == 6
    hits = []
    for _ in range(60):
        scene = draw_scene(scenes, draw)
        click = draw_click(scene, draw)
        x, y = (int(value) // 2 for value in click.point)
        hits.append(int(click.masks[0, y, x]) > 0)
        assert click.valid[0] and (click.masks.flatten(1).any(1) == click.valid).all()
        x0, y0, x1, y1 = click.box.tolist()
        assert 0 <= x0 < x1 <= 256 and 0 <= y0 < y1 <= 256
    assert np.mean(hits) > 0.9  # a quarter of the clicks on parts mean the part, whose cell may be a neighbour's by a pixel


def test_a_part_lies_in_an_object(store: Path) -> None:
    scenes = open_store(store)
    for number in scenes.ready:
        kinds, masks = np.array(scenes.kinds[number]), np.array(scenes.masks[number]) > 127
        objects = masks[kinds == OBJECT].any(0) if (kinds == OBJECT).any() else np.zeros((128, 128), bool)
        for part in masks[kinds == PART]:
            assert (part & ~objects).sum() <= 0.02 * part.sum() + 4


def test_a_photographic_picture_has_the_form_of_the_drawn_one() -> None:
    draw = np.random.default_rng(0)
    picture = draw.integers(0, 256, (3, 32, 48), np.uint8)
    changed = [photographic(picture, draw) for _ in range(20)]
    assert all(one.shape == picture.shape and one.dtype == np.uint8 for one in changed)
    assert sum(not np.array_equal(one, picture) for one in changed) > 15  # all five changes are left out of one picture in twelve


@pytest.mark.parametrize(("share", "kinds"), [(1.0, {"click"}), (0.0, {"box", "clicks", "mask", "box+click"})])
def test_the_share_of_single_clicks_is_as_asked(share: float, kinds: set[str]) -> None:
    points, masks, boxes = torch.rand(1, 2, 2) * 256, torch.ones(1, 2, 3, 64, 64), torch.tensor([0.0, 0, 256, 256]).expand(1, 2, 4)
    assert {draw_prompts(points, masks, boxes, 256, share).kind for _ in range(150)} == kinds


@pytest.mark.parametrize("prompted", [False, True])
def test_the_faster_decoder_pass_gives_the_same_masks(prompted: bool) -> None:
    torch.manual_seed(0)
    model = fresh_model(nano_config()).eval()
    points, labels = torch.rand(2, 3, 2, 2) * 256, torch.tensor([1, 0]).expand(2, 3, 2)
    rough = torch.randn(6, 1, 64, 64) if prompted else None
    with torch.no_grad():
        features = encode(model, torch.randn(2, 3, 256, 256))
        expected = decode(model, features, points, labels, rough)
        with plain_attention():
            got = fast_decode(model, features, points, labels, rough)
    for wanted, given in zip(expected, got):
        torch.testing.assert_close(given, wanted, atol=2e-4, rtol=1e-4)


def test_a_decoder_run_leaves_the_image_encoder_as_it_is(store: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder_trainer, "POOL", 8)
    start = fresh_model(nano_config())
    start.save_pretrained(tmp_path / "start")
    plan = Plan(data, tmp_path / "run", steps=3, start=tmp_path / "start", store=store, batch=4, log_every=1, save_every=1)
    trained = Sam2Model.from_pretrained(train_decoder(plan))
    changed = {name for name, value in trained.state_dict().items() if not torch.equal(value, start.state_dict()[name])}
    assert changed and all(name.startswith(("mask_decoder", "prompt_encoder")) for name in changed)
    assert not any("conv_s" in name for name in changed)
