"""Compares models on held-out scenes: a table (text and JSON) and a plot."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from transformers import Sam2Model

from .dataset import SceneStream
from .everything import Thresholds, click_everywhere, found_share, select
from .metrics import FIGURES, measure
from .photographs import photograph_samples
from .scenes import Scene, simple_scene
from .sprites import SpriteBank

SCENE_SIDE = 512


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

PHOTOGRAPHS = "photographs, 38 outlines by hand"

EVERYTHING_SCENES, EVERYTHING_SEED = 16, 3

Report = dict[str, dict[str, dict[str, float]]]
"""Figures by set, model and name."""


def evaluate(models: dict[str, Path], data: Path, out: Path, share: float = 1.0) -> Report:
    """Measures each model on each set; `share` shortens the sets. Writes `figures.json`, `figures.md` and `figures.png`."""
    out.mkdir(parents=True, exist_ok=True)
    report: Report = {scenes.title: {} for scenes in SETS} | {PHOTOGRAPHS: {}, "segment everything": {}}
    for name, folder in models.items():
        model = Sam2Model.from_pretrained(folder).eval()
        for scenes in SETS:
            stream = SceneStream(data, SCENE_SIDE, 8, scenes.seed, scenes.rich, held_out=True, objects_only=scenes.objects_only)
            report[scenes.title][name] = measure(model, islice(stream, max(1, round(scenes.count * share))))
        report[PHOTOGRAPHS][name] = measure(model, islice(photograph_samples(SCENE_SIDE), max(1, round(11 * share))))
        report["segment everything"][name] = _measure_everything(model, data, max(1, round(EVERYTHING_SCENES * share)))
    (out / "figures.json").write_text(json.dumps(report, indent=2) + "\n")
    (out / "figures.md").write_text(table(report))
    plot(report, out / "figures.png")
    return report


def table(report: Report) -> str:
    """The report as Markdown tables."""
    lines: list[str] = []
    for title, models in report.items():
        names = list(dict.fromkeys(name for figures in models.values() for name in figures))
        lines += [f"### {title}", "", f"| model | {' | '.join(names)} |", "| --- |" + " --- |" * len(names)]
        lines += [f"| {model} | {' | '.join(_cell(figures.get(name)) for name in names)} |" for model, figures in models.items()]
        lines.append("")
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    """A model that is never sure has no `sure_iou`."""
    return "-" if value is None else f"{value:.3f}"


def plot(report: Report, path: Path) -> None:
    """One group of bars for each kind of prompt, one panel for each set."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    kinds = [name for name in FIGURES if name in ("click", "click_oracle", "single", "box", "clicks2", "clicks3")]
    titles = [title for title in report if title != "segment everything"]
    panels, axes = pyplot.subplots(1, len(titles), figsize=(3.6 * len(titles), 3.4), sharey=True)
    for axis, title in zip(axes, titles):
        models = report[title]
        for i, (name, figures) in enumerate(models.items()):
            width = 0.8 / len(models)
            axis.bar(np.arange(len(kinds)) + (i - (len(models) - 1) / 2) * width, [figures[kind] for kind in kinds], width, label=name)
        axis.set_title(title, fontsize=8)
        axis.set_xticks(np.arange(len(kinds)), kinds, rotation=40, fontsize=7)
        axis.set_ylim(0.2, 1)
        axis.grid(axis="y", alpha=0.3)
    axes[0].set_ylabel("mean IoU")
    axes[0].legend(fontsize=7)
    panels.tight_layout()
    panels.savefig(path, dpi=110)
    pyplot.close(panels)


def everything_scenes(data: Path, count: int) -> list[Scene]:
    """Held-out simple scenes for "segment everything", at 512 pixels."""
    cv2.setNumThreads(1)
    random, bank = np.random.default_rng(EVERYTHING_SEED), SpriteBank(data, held_out=True)
    return [simple_scene(random, SCENE_SIDE, bank) for _ in range(count)]


def _measure_everything(model: Sam2Model, data: Path, count: int) -> dict[str, float]:
    """Shares of objects found (IoU 0.75) at the default thresholds and at looser ones, and masks for each scene."""
    settings = {"default": Thresholds(), "loose (0.7, 0.85)": Thresholds(0.7, 0.85)}
    found, masks, total = dict.fromkeys(settings, 0), dict.fromkeys(settings, 0), 0
    for scene in everything_scenes(data, count):
        candidates = click_everywhere(model, scene.image, Thresholds().grid)
        for label, thresholds in settings.items():
            logits, _ = select(candidates, thresholds)
            hit, objects = found_share(logits, scene.instances)
            found[label], masks[label] = found[label] + hit, masks[label] + len(logits)
        total += objects
    figures = {f"found, {label}": found[label] / max(1, total) for label in settings}
    return figures | {f"masks a scene, {label}": masks[label] / count for label in settings}
