"""The evaluation set as a folder, so that other programs measure on the same pictures: `@sam2js/bench` does.

    set.json    {"maskSide": 128, "prompts": {title: [scene]}, "everything": [scene], "clips": [clip]}
    scene       {"image": file, "masks": file, "points": [[x, y]], "boxes": [[x0, y0, x1, y1]], "valid": [[bool x 3]]}
                in pixels of the image; masks is a grey PNG [N * 3 * maskSide, maskSide], 255 inside: three meanings an object
    everything  {"image": file, "instances": file}   grey PNG of the image's size: 0 background, 1.. objects
    clip        {"frames": [file], "masks": file, "points": [[x, y]]}   masks [N * T * side, side], a click an object in frame 0
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Iterable, Iterator, NamedTuple

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .clips import Clip
from .dataset import SceneStream
from .photographs import photograph_samples
from .samples import STRIDE, Sample
from .scenes import Scene, simple_scene
from .sprites import SpriteBank
from .video_metrics import FRAMES, held_out_clips

SCENE_SIDE, CLIP_SIDE = 512, 256


@dataclass(frozen=True)
class SceneSet:
    """Held-out scenes: pictures that training never saw, the same for every model."""

    title: str
    count: int
    seed: int
    rich: float
    objects_only: bool


SETS = (
    SceneSet("simple scenes, objects", 60, 7, 0.0, True),
    SceneSet("simple scenes, objects and background regions", 30, 8, 0.0, False),
    SceneSet("rich scenes, objects", 40, 9, 1.0, True),
)

PHOTOGRAPHS, PHOTOGRAPH_COUNT = "photographs, 38 outlines by hand", 11
EVERYTHING_SCENES, EVERYTHING_SEED = 16, 3
CLIPS = 8


class Example(NamedTuple):
    """image RGB; points [N, 2] and boxes [N, 4] in its pixels; masks bool [N, 3, side, side], valid bool [N, 3]."""

    image: Image.Image
    points: Tensor
    boxes: Tensor
    masks: Tensor
    valid: Tensor


class EverythingExample(NamedTuple):
    image: Image.Image
    instances: np.ndarray


def write_set(data: Path, folder: Path, share: float = 1.0, side: int = SCENE_SIDE, frames: int = FRAMES) -> Path:
    """Draws the set into `folder`; `share`, a smaller `side` and fewer `frames` of a clip make it small."""
    folder.mkdir(parents=True, exist_ok=True)

    def some(count: int) -> int:
        return max(1, round(count * share))

    prompts = {}
    for number, scenes in enumerate(SETS):
        stream = SceneStream(data, side, 8, scenes.seed, scenes.rich, held_out=True, objects_only=scenes.objects_only)
        prompts[scenes.title] = _write_samples(islice(stream, some(scenes.count)), folder, f"set{number}")
    prompts[PHOTOGRAPHS] = _write_samples(islice(photograph_samples(side), some(PHOTOGRAPH_COUNT)), folder, "photo")
    everything = []
    for number, scene in enumerate(everything_scenes(data, some(EVERYTHING_SCENES), side)):
        names = {"image": f"everything-{number}.png", "instances": f"everything-{number}-instances.png"}
        Image.fromarray(scene.image).save(folder / names["image"])
        Image.fromarray(scene.instances.astype(np.uint8)).save(folder / names["instances"])
        everything.append(names)
    clips = [_write_clip(clip, folder, number) for number, clip in enumerate(held_out_clips(data, CLIP_SIDE, some(CLIPS), frames))]
    index = {"maskSide": side // STRIDE, "prompts": prompts, "everything": everything, "clips": clips}
    (folder / "set.json").write_text(json.dumps(index, indent=1) + "\n")
    return folder


def read_examples(folder: Path, title: str) -> Iterator[Example]:
    for entry in _index(folder)["prompts"][title]:
        masks, count = _grey(folder / entry["masks"]), len(entry["points"])
        yield Example(
            Image.open(folder / entry["image"]).convert("RGB"),
            torch.tensor(entry["points"]),
            torch.tensor(entry["boxes"]),
            torch.from_numpy(masks > 127).view(count, 3, masks.shape[1], -1),
            torch.tensor(entry["valid"]),
        )


def read_everything(folder: Path) -> Iterator[EverythingExample]:
    for entry in _index(folder)["everything"]:
        yield EverythingExample(Image.open(folder / entry["image"]).convert("RGB"), _grey(folder / entry["instances"]))


def read_clips(folder: Path) -> Iterator[Clip]:
    for entry in _index(folder)["clips"]:
        frames = [np.asarray(Image.open(folder / name).convert("RGB")).transpose(2, 0, 1) for name in entry["frames"]]
        masks = _grey(folder / entry["masks"])
        shaped = masks.reshape(len(entry["points"]), len(frames), masks.shape[1], masks.shape[1])
        yield Clip(torch.from_numpy(np.stack(frames)), torch.from_numpy(shaped), torch.tensor(entry["points"]))


def titles(folder: Path) -> list[str]:
    return list(_index(folder)["prompts"])


def everything_scenes(data: Path, count: int, side: int = SCENE_SIDE, seed: int = EVERYTHING_SEED) -> list[Scene]:
    """Held-out simple scenes for "segment everything"; with another seed none of the evaluation set."""
    cv2.setNumThreads(1)
    random, bank = np.random.default_rng(seed), SpriteBank(data, held_out=True)
    return [simple_scene(random, side, bank) for _ in range(count)]


def _write_samples(samples: Iterable[Sample], folder: Path, name: str) -> list[dict[str, object]]:
    entries = []
    for number, sample in enumerate(samples):
        files = {"image": f"{name}-{number}.png", "masks": f"{name}-{number}-masks.png"}
        Image.fromarray(sample.image.permute(1, 2, 0).numpy()).save(folder / files["image"])
        _save_bitmaps(sample.masks, folder / files["masks"])
        entries.append(files | {"points": sample.points.tolist(), "boxes": sample.boxes.tolist(), "valid": sample.valid.tolist()})
    return entries


def _write_clip(clip: Clip, folder: Path, number: int) -> dict[str, object]:
    frames = [f"clip{number}-{time:02}.png" for time in range(len(clip.images))]
    for name, image in zip(frames, clip.images):
        Image.fromarray(image.permute(1, 2, 0).numpy()).save(folder / name)
    _save_bitmaps(clip.masks, folder / f"clip{number}-masks.png")
    return {"frames": frames, "masks": f"clip{number}-masks.png", "points": clip.points.tolist()}


def _save_bitmaps(coverage: Tensor, path: Path) -> None:
    Image.fromarray(np.where(coverage.flatten(0, -2).numpy() > 127, 255, 0).astype(np.uint8)).save(path)


def _index(folder: Path) -> dict[str, object]:
    return json.loads((folder / "set.json").read_text())


def _grey(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("L"))
