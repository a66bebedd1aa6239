"""The memory half: training follows clips as the reference does."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
import torch
from transformers import Sam2Model, Sam2VideoModel

from nano_train.clips import ClipStream
from nano_train.config import nano_config
from nano_train.export import export
from nano_train.model import fresh_model
from nano_train.plan import Plan
from nano_train.tracking import Memories, encode_frames, prompted_frame, remember, tracked_frame
from nano_train.video_metrics import measure_tracking, track
from nano_train.video_model import fresh_video_model, memory_parameters
from nano_train.video_trainer import _answer, train_video


@pytest.fixture(scope="module")
def image_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    return export(fresh_model(nano_config()), tmp_path_factory.mktemp("image"))


def test_tracking_for_training_is_the_references_tracking(image_model: Path, data: Path) -> None:
    model = fresh_video_model(Sam2Model.from_pretrained(image_model)).eval()
    with torch.no_grad():
        model.mask_decoder.pred_obj_score_head.proj_out.bias.fill_(5.0)  # an untrained head may say that nothing is there
    clip = next(iter(ClipStream(data, 256, 5, 2)))
    expected = track(model, clip.images, clip.points)
    with torch.no_grad():
        frames = encode_frames(model, clip.images[None])
        points = clip.points[None, :, None]
        out = _answer(prompted_frame(model, frames[0], points, torch.ones(1, 2, 1, dtype=torch.long)))
        memories, logits = Memories(prompted=remember(model, frames[0], *out, 2, hard=True)), [out[0]]
        for frame in frames[1:]:
            out = _answer(tracked_frame(model, frame, memories, 2, 5))
            memories.later.append(remember(model, frame, *out, 2, hard=False))
            logits.append(out[0])
    # The reference keeps memories in bfloat16: 1 % of the range is what that rounding does over four frames.
    tolerance = 0.01 * float(expected.max() - expected.min())
    torch.testing.assert_close(torch.stack(logits, 1), expected, atol=tolerance, rtol=0)


def test_training_changes_the_memory_half_only_and_one_file_serves_both_models(image_model: Path, data: Path, tmp_path: Path) -> None:
    folder = train_video(Plan(data, tmp_path, start=image_model, steps=2, batch=1, prompts=2, log_every=1))
    video, image = Sam2VideoModel.from_pretrained(folder).eval(), Sam2Model.from_pretrained(folder).eval()
    before = Sam2Model.from_pretrained(image_model).eval()
    for name, tensor in before.state_dict().items():
        assert torch.equal(tensor, image.state_dict()[name]), name
        assert torch.equal(tensor, video.state_dict()[name]), name
    fresh = memory_parameters(fresh_video_model(before))
    assert any(not torch.equal(tensor, video.state_dict()[name]) for name, tensor in fresh.items())
    pixels, points = torch.randn(1, 3, 256, 256), torch.rand(1, 1, 1, 2) * 256
    with torch.no_grad():
        torch.testing.assert_close(image(pixels, points).pred_masks, before(pixels, points).pred_masks, atol=1e-4, rtol=0)


def test_tracking_is_measured_over_visible_frames(image_model: Path, data: Path) -> None:
    model = fresh_video_model(Sam2Model.from_pretrained(image_model)).eval()
    figures = measure_tracking(model, islice(ClipStream(data, 256, 4, 2), 1))
    assert 0 <= figures["J"] <= 1
