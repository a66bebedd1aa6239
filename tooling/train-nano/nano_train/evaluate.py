"""Compares models on the evaluation set: a table (text and JSON) and a plot."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from transformers import PreTrainedModel, Sam2Model, Sam2Processor, Sam2VideoModel

from .everything import everything_pipeline, found_share, masks_of
from .evaluation_set import read_clips, read_everything, read_examples, titles, write_set
from .metrics import FIGURES, measure
from .video_metrics import measure_tracking

EVERYTHING, VIDEO = "segment everything", "video, one click"
SETTINGS = {"default": (0.88, 0.95), "loose (0.7, 0.85)": (0.7, 0.85)}
"""Least predicted IoU and least stability."""

Report = dict[str, dict[str, dict[str, float]]]
"""Figures by set, model and name."""


def evaluate(models: dict[str, Path], folder: Path, out: Path) -> Report:
    """Measures each model on the set in `folder` (see `write_set`). Writes `figures.json`, `figures.md` and `figures.png`."""
    out.mkdir(parents=True, exist_ok=True)
    report: Report = {title: {} for title in (*titles(folder), EVERYTHING, VIDEO)}
    for name, weights in models.items():
        model, processor = Sam2Model.from_pretrained(weights).eval(), Sam2Processor.from_pretrained(weights)
        for title in titles(folder):
            report[title][name] = measure(model, processor, read_examples(folder, title))
        report[EVERYTHING][name] = _measure_everything(model, weights, folder)
        if json.loads((weights / "config.json").read_text())["model_type"] == "sam2_video":
            report[VIDEO][name] = measure_tracking(Sam2VideoModel.from_pretrained(weights).eval(), read_clips(folder))
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
    titles = [title for title in report if title not in (EVERYTHING, VIDEO)]
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


def _measure_everything(model: PreTrainedModel, weights: Path, folder: Path) -> dict[str, float]:
    """Shares of objects found (IoU 0.75) at the default thresholds and at looser ones, and masks for each scene."""
    generate = everything_pipeline(model, weights)
    found, masks, total = dict.fromkeys(SETTINGS, 0), dict.fromkeys(SETTINGS, 0), 0
    count = 0
    for example in read_everything(folder):
        for label, (iou, stability) in SETTINGS.items():
            bitmaps = masks_of(generate(example.image, iou, stability), example.instances.shape)
            hit, objects = found_share(bitmaps, example.instances)
            found[label], masks[label] = found[label] + hit, masks[label] + len(bitmaps)
        total, count = total + objects, count + 1
    figures = {f"found, {label}": found[label] / max(1, total) for label in SETTINGS}
    return figures | {f"masks a scene, {label}": masks[label] / count for label in SETTINGS}
