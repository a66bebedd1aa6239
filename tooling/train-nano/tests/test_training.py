"""The real training code, for a few steps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import Sam2Model, Sam2Processor

from nano_train.evaluate import evaluate, table
from nano_train.evaluation_set import write_set
from nano_train.model import decode, encode
from nano_train.image_trainer import train
from nano_train.plan import Plan


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = Plan(data, tmp_path_factory.mktemp("run"), steps=4, batch=2, prompts=3, rich=1.0, log_every=1, save_every=2)
    return train(plan)


def test_an_exported_model_loads_in_the_reference_and_gives_the_same_masks(trained: Path) -> None:
    model, processor = Sam2Model.from_pretrained(trained).eval(), Sam2Processor.from_pretrained(trained)
    image = np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8)
    inputs = processor(images=image, input_points=[[[[80, 60]]]], input_labels=[[[1]]], return_tensors="pt")
    assert inputs["pixel_values"].shape == (1, 3, 256, 256)
    with torch.no_grad():
        expected = model(**inputs)
        out = decode(model, encode(model, inputs["pixel_values"]), inputs["input_points"].float(), inputs["input_labels"])
    torch.testing.assert_close(out.logits[None, :, 1:], expected.pred_masks, atol=1e-4, rtol=0)
    torch.testing.assert_close(out.iou[None, :, 1:], expected.iou_scores, atol=1e-4, rtol=0)


def test_a_stopped_run_goes_on_where_it_was(trained: Path, data: Path) -> None:
    folder = trained.parent
    before = torch.load(folder / "run.pt", weights_only=True)
    train(Plan(data, folder, steps=6, batch=2, prompts=3, log_every=1, save_every=1))
    after = torch.load(folder / "run.pt", weights_only=True)
    assert before["progress"][0] == 4 and after["progress"][0] == 6
    name = "mask_decoder.iou_token.weight"
    assert not torch.equal(before["modules"]["model"][name], after["modules"]["model"][name])


def test_a_run_may_start_from_other_weights_in_two_processes(trained: Path, data: Path, tmp_path: Path) -> None:
    folder = train(Plan(data, tmp_path, start=trained, steps=4, batch=2, prompts=3, half_size=1.0, processes=2))
    assert Sam2Model.from_pretrained(folder).config.prompt_encoder_config.image_size == 256


def test_evaluation_writes_a_table_and_a_plot(trained: Path, data: Path, tmp_path: Path) -> None:
    report = evaluate({"new": trained}, write_set(data, tmp_path / "set", share=0.01), tmp_path)
    assert {"figures.json", "figures.md", "figures.png"} <= {path.name for path in tmp_path.iterdir()}
    assert "| new |" in table(report)
    assert 0 <= report["simple scenes, objects"]["new"]["click"] <= 1
