"""`python -m nano_train prepare|train|draw-scenes|train-decoder|calibrate|sharpen|quantize|everything|train-video|write-set|evaluate|draw`; each verb's `--help` says more."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(prog="nano_train", description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE / "data", help="where the data pack is kept")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("prepare", help="fetch pictures and write the data pack")
    _add_train(verbs.add_parser("train", help="train, or go on with a run that was stopped"))
    stored = verbs.add_parser("draw-scenes", help="draw the scenes that train-decoder learns from, once")
    stored.add_argument("--store", type=Path, default=HERE / "runs" / "store", help="folder; 0.6 MB a scene")
    stored.add_argument("--count", type=int, default=8000)
    stored.add_argument("--rich", type=float, default=0.25, help="share of rich scenes")
    stored.add_argument("--processes", type=int, default=2)
    decoder = verbs.add_parser("train-decoder", help="go on with what follows the image encoder, or with a run that was stopped")
    decoder.add_argument("--start", type=Path, required=True, help="folder of weights to go on from")
    decoder.add_argument("--out", type=Path, default=HERE / "runs" / "decoder", help="folder of the run; an existing one is resumed")
    decoder.add_argument("--store", type=Path, default=HERE / "runs" / "store", help="what draw-scenes wrote")
    decoder.add_argument("--steps", type=int, default=12_000)
    decoder.add_argument("--minutes", type=float, default=math.inf, help="end after so much training time, schedule included")
    decoder.add_argument("--batch", type=int, default=64, help="prompts of a step, each of another image")
    decoder.add_argument("--rate", type=float, default=5e-4)
    decoder.add_argument("--seed", type=int, default=1)
    decoder.add_argument("--processes", type=int, default=1, help="training processes on one set of weights")
    surer = verbs.add_parser("calibrate", help="train the predicted IoU alone, on masks that stay as they are")
    surer.add_argument("source", type=Path)
    surer.add_argument("target", type=Path)
    surer.add_argument("--store", type=Path, default=HERE / "runs" / "store", help="what draw-scenes wrote")
    surer.add_argument("--scenes", type=int, default=1200)
    surer.add_argument("--quantile", type=float, default=0.88, help="which quantile of its IoU a mask of a single click is said to have; 0.5: the median")
    sharper = verbs.add_parser("sharpen", help="scale mask logits, the last step before weights are shipped")
    sharper.add_argument("source", type=Path)
    sharper.add_argument("target", type=Path)
    sharper.add_argument("--factor", type=float, default=5.0)
    smaller = verbs.add_parser("quantize", help="write weights of 8 bits, which @sam2js/checkpoint widens")
    smaller.add_argument("source", type=Path, help="a model.safetensors of float32")
    smaller.add_argument("target", type=Path, help="the file to write")
    everything = verbs.add_parser("everything", help="what segment everything finds at the usual thresholds, and how much of it is right")
    everything.add_argument("models", type=Path, nargs="+")
    everything.add_argument("--scenes", type=int, default=40)
    everything.add_argument("--seed", type=int, default=103, help="3 draws those of the evaluation set (16)")
    everything.add_argument("--grid", type=int, default=16)
    video = verbs.add_parser("train-video", help="train the memory half around an image model")
    _add_train(video)
    video.set_defaults(out=HERE / "runs" / "video", batch=2, prompts=2, rate=2e-3)
    _add_evaluate(verbs.add_parser("evaluate", help="compare models on the evaluation set: a table and a plot"))
    drawn = verbs.add_parser("write-set", help="draw the evaluation set, or a small one for tests, into a folder")
    drawn.add_argument("folder", type=Path)
    drawn.add_argument("--share", type=float, default=1.0, help="only this share of the scenes and clips, at least one each")
    drawn.add_argument("--side", type=int, default=512, help="of scenes, in pixels")
    drawn.add_argument("--frames", type=int, default=30, help="of a clip")
    _add_draw(verbs.add_parser("draw", help="segment everything on pictures, as overlays"))
    arguments = parser.parse_args()
    if arguments.verb == "prepare":
        from .prepare import prepare

        print(prepare(arguments.data))
    elif arguments.verb in ("train", "train-video"):
        _train(arguments)
    elif arguments.verb == "draw-scenes":
        from .scene_store import write_store

        print(write_store(arguments.data, arguments.store, arguments.count, arguments.rich, processes=arguments.processes))
    elif arguments.verb == "train-decoder":
        from .decoder_trainer import train_decoder
        from .plan import Plan

        names = ("data", "out", "start", "store", "steps", "minutes", "batch", "rate", "seed", "processes")
        print(train_decoder(Plan(**{name: getattr(arguments, name) for name in names})))
    elif arguments.verb == "calibrate":
        from .calibrate import calibrate_folder

        print(calibrate_folder(arguments.source, arguments.target, arguments.store, arguments.scenes, arguments.quantile))
    elif arguments.verb == "sharpen":
        from .sharpen import sharpen_folder

        print(sharpen_folder(arguments.source, arguments.target, arguments.factor))
    elif arguments.verb == "quantize":
        from .quantize import quantize_file

        print(quantize_file(arguments.source, arguments.target), "bytes")
    elif arguments.verb == "everything":
        from transformers import Sam2Model

        from .everything import Thresholds
        from .everything_figures import everything_figures

        for folder in arguments.models:
            model = Sam2Model.from_pretrained(folder).eval()
            print(folder, everything_figures(model, arguments.data, arguments.scenes, arguments.seed, Thresholds(grid=arguments.grid)))
    elif arguments.verb == "write-set":
        from .evaluation_set import write_set

        print(write_set(arguments.data, arguments.folder, arguments.share, arguments.side, arguments.frames))
    elif arguments.verb == "evaluate":
        import torch

        from .evaluate import evaluate, table
        from .evaluation_set import write_set

        torch.set_num_threads(arguments.threads)
        if not (arguments.set / "set.json").exists():
            write_set(arguments.data, arguments.set)
        models = dict(entry.split("=", 1) for entry in arguments.models)
        print(table(evaluate({name: Path(folder) for name, folder in models.items()}, arguments.set, arguments.out)))
    elif arguments.verb == "draw":
        from .everything import Thresholds
        from .evaluation_set import everything_scenes
        from .overlay import save_overlays, save_scene_overlays

        thresholds = Thresholds(arguments.iou, arguments.stability)
        save_overlays(arguments.model, arguments.images, arguments.out, thresholds)
        if arguments.scenes:
            scenes = [scene.image for scene in everything_scenes(arguments.data, arguments.scenes)]
            save_scene_overlays(arguments.model, scenes, arguments.out / "scenes.png", thresholds)


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("models", nargs="+", metavar="NAME=FOLDER", help="models to compare, each with a name for the table")
    parser.add_argument("--out", type=Path, default=HERE / "runs" / "evaluation")
    parser.add_argument("--set", type=Path, default=HERE / "runs" / "set", help="folder of the evaluation set, drawn when it is not there")
    parser.add_argument("--threads", type=int, default=2)


def _add_draw(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path)
    parser.add_argument("images", type=Path, nargs="*")
    parser.add_argument("--scenes", type=int, default=0, help="held-out scenes to draw as well")
    parser.add_argument("--out", type=Path, default=HERE / "runs" / "overlays")
    parser.add_argument("--iou", type=float, default=0.88, help="least predicted IoU")
    parser.add_argument("--stability", type=float, default=0.95, help="least stability")


def _add_train(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=HERE / "runs" / "nano", help="folder of the run; an existing one is resumed")
    parser.add_argument("--start", type=Path, help="folder of weights to go on from (default: from scratch)")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--minutes", type=float, default=math.inf, help="end after so much training time, schedule included")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--prompts", type=int, default=8, help="prompts of a scene; objects followed in a clip")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--rich", type=float, default=0.3)
    parser.add_argument("--half-size", type=float, default=0.65, help="share of batches at half the image size")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=0, help="processes that render scenes beside a training process")
    parser.add_argument("--processes", type=int, default=1, help="training processes on one set of weights (CPU)")
    parser.add_argument("--threads", type=int, default=1, help="threads of each process")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")


def _train(arguments: argparse.Namespace) -> None:
    from .image_trainer import train
    from .plan import Plan
    from .video_trainer import train_video

    names = ("data", "out", "start", "steps", "minutes", "batch", "rate", "prompts", "rich", "half_size", "seed", "workers", "processes", "threads", "device")
    plan = Plan(**{name: getattr(arguments, name) for name in names})
    print(train(plan) if arguments.verb == "train" else train_video(plan))


if __name__ == "__main__":
    main()
