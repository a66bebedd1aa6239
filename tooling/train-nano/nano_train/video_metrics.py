"""How well a video model follows objects, by the reference's own inference: one click in frame 0, then memory alone."""

from __future__ import annotations

from pathlib import Path
from typing import Iterable, Iterator

import torch
from torch import Tensor
from transformers import Sam2VideoInferenceSession, Sam2VideoModel

from .clips import Clip, ClipStream
from .model import normalise

FRAMES = 30


def track(model: Sam2VideoModel, images: Tensor, points: Tensor) -> Tensor:
    """images uint8 [T, 3, S, S] of the model's size, one click (x, y) an object [N, 2] -> logits [N, T, S/4, S/4]."""
    session = Sam2VideoInferenceSession(video=normalise(images), video_height=images.shape[-2], video_width=images.shape[-1], dtype=torch.float32)
    for number, point in enumerate(points):
        index = session.obj_id_to_idx(number)
        session.add_point_inputs(index, 0, {"point_coords": point.view(1, 1, 1, 2), "point_labels": torch.ones(1, 1, 1, dtype=torch.int32)})
        session.obj_with_new_inputs.append(number)
    with torch.inference_mode():
        model(session, frame_idx=0)
        frames = [out.pred_masks[:, 0] for out in model.propagate_in_video_iterator(session, start_frame_idx=0)]
    return torch.stack(frames, 1)


def measure_tracking(model: Sam2VideoModel, clips: Iterable[Clip]) -> dict[str, float]:
    """J: mean IoU over frames 1 to T-1 in which the object is seen, mean over objects; also the first frame and the last."""
    region, first, last, quiet = [], [], [], []
    for clip in clips:
        logits = track(model, clip.images, clip.points)
        masks = clip.masks.float() / 255
        predicted, actual = logits > 0, masks > 0.5
        both, either = (predicted & actual).sum((-1, -2)), (predicted | actual).sum((-1, -2))
        iou = both / either.clamp(min=1)
        seen = actual.sum((-1, -2)) > 4
        for scores, visible, empty in zip(iou, seen, ~predicted.flatten(2).any(-1)):
            first.append(float(scores[0]))
            if visible[1:].any():
                region.append(float(scores[1:][visible[1:]].mean()))
                last.append(float(scores[visible][-1]))
            if (~visible).any():
                quiet.append(float(empty[~visible].float().mean()))
    means = {"J": region, "J of the prompted frame": first, "J of the last seen frame": last, "empty while hidden": quiet}
    return {name: sum(values) / len(values) for name, values in means.items() if values}


def held_out_clips(data: Path, size: int, count: int, frames: int = FRAMES, seed: int = 11) -> Iterator[Clip]:
    """Clips with two followed objects, of sprites that training never saw."""
    stream = iter(ClipStream(data, size, frames, 2, seed, held_out=True))
    for _ in range(count):
        yield next(stream)

