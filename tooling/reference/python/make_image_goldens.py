"""Small seeded checkpoints and what the reference computes with them.

    python make_image_goldens.py                                all fixtures that carry a checkpoint
    python make_image_goldens.py --config odd-a                 one of them
    python make_image_goldens.py --model DIR --name nano        goldens of a checkpoint that lives elsewhere
"""
import argparse
import copy
import os
import shutil
import tempfile

import torchvision_cpu  # noqa: F401  must come before transformers
import numpy as np
import torch
from PIL import Image
from transformers import (EdgeTamModel, EdgeTamVideoModel, Sam2HieraDetModel, Sam2ImageProcessor, Sam2Model, Sam2Processor, Sam2VideoModel,
    Sam2VisionModel)
from transformers.utils import logging

import weights
from configs import FIXTURES, make_config
from goldens import FIXTURES as FOLDER
from goldens import Golden
from image_cases import ImageCases, draw_photo, record_hiera, record_vision

SCRIPT = "make_image_goldens.py"
VERSION = 4
WEIGHT_FILES = (".safetensors", ".safetensors.index.json")


def quiet():
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.manual_seed(0)
    torch.set_num_threads(1)


def make_processor(size, mask_size):
    return Sam2Processor(Sam2ImageProcessor(size=dict(height=size, width=size), mask_size=dict(height=mask_size, width=mask_size)))


def save_photos(spec, directory, rng):
    photos = {}
    for key, (height, width) in zip("ab", spec["photos"]):
        photos[key] = f"{key}.png"
        Image.fromarray(draw_photo(height, width, rng)).save(os.path.join(directory, photos[key]), optimize=True)
    return photos


def save_processor(processor, directory, file):
    """`processor_config.json` is what transformers 5 writes, `preprocessor_config.json` what published checkpoints have."""
    saver = processor if file == "processor_config.json" else processor.image_processor
    saver.save_pretrained(directory)
    assert os.path.exists(os.path.join(directory, file)), os.listdir(directory)


def make_fixture(name, spec, out, script=SCRIPT, version=VERSION, with_attentions=False):
    """Draws, calibrates and saves a checkpoint, loads it again with the reference's image model and records all cases."""
    seed = spec["seed"]
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    rng = np.random.default_rng([seed, 7])
    config = make_config(spec)
    made = model_class(spec.get("video"), "repvit" in spec)(config).eval()
    weights.draw(made, seed, spec.get("tied", False))
    size = spec["image_size"]
    processor = make_processor(size, 4 * size // config.prompt_encoder_config.patch_size)
    photos = save_photos(spec, out, rng)
    trial = image_model(made)
    cases = ImageCases(Golden(name, script, version, seed), trial, processor, out, photos, np.random.default_rng([seed, 8]))
    weights.calibrate(trial, lambda: cases.run_all(True), lambda: cases.run_all(False))
    saved_dtype = getattr(torch, spec.get("saved_dtype", "float32"))
    if saved_dtype != torch.float32:
        with torch.no_grad():  # what is saved is what is run, so that the threshold below is met by both
            for tensor in [*trial.parameters(), *trial.buffers()]:
                tensor.copy_(tensor.to(saved_dtype))
    copy_shared(made, trial)
    if config.mask_decoder_config.dynamic_multimask_via_stability:
        low, high = weights.stability_threshold(trial, lambda: cases.run_all(False))
        threshold = trial.mask_decoder.dynamic_multimask_stability_thresh
        config.mask_decoder_config.dynamic_multimask_stability_thresh = made.config.mask_decoder_config.dynamic_multimask_stability_thresh = threshold
        print(f"{name}: stability threshold {threshold}, below {low[-1]:.4f}, above {high[0]:.4f}")
    made.to(saved_dtype).save_pretrained(out, max_shard_size=spec.get("max_shard_size", "5GB"))
    for file in os.listdir(out):
        os.chmod(os.path.join(out, file), 0o644)
    save_processor(processor, out, spec.get("processor_file", "preprocessor_config.json"))
    record(name, out, out, photos, seed, script, version, with_attentions, type(made))


def model_class(is_video, is_edge):
    return (EdgeTamVideoModel if is_video else EdgeTamModel) if is_edge else (Sam2VideoModel if is_video else Sam2Model)


def is_edge(made):
    return isinstance(made, (EdgeTamModel, EdgeTamVideoModel))


def image_model(made):
    """The reference's image model on the very tensors of a video model (or the model itself)."""
    if isinstance(made, (Sam2Model, EdgeTamModel)):
        return made
    with tempfile.TemporaryDirectory() as folder:
        made.save_pretrained(folder)
        return model_class(False, is_edge(made)).from_pretrained(folder).eval()


def make_tower_fixture(name, spec, out):
    """A Sam2VisionModel or Sam2HieraDetModel checkpoint, saved by its own class."""
    seed = spec["seed"]
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    vision = make_config(spec).vision_config
    kind = spec["tower"]
    made = (Sam2VisionModel(vision) if kind == "vision" else Sam2HieraDetModel(vision.backbone_config)).eval()
    weights.draw(made, seed)
    made.save_pretrained(out)
    for file in os.listdir(out):
        os.chmod(os.path.join(out, file), 0o644)
    photos = save_photos(spec, out, np.random.default_rng([seed, 7]))
    processor = make_processor(spec["image_size"], spec["image_size"] // 4)
    save_processor(processor, out, "preprocessor_config.json")
    golden = Golden(name, SCRIPT, VERSION, seed)
    model = type(made).from_pretrained(out).eval()
    image = Image.open(os.path.join(out, photos["a"]))
    golden.meta["images"] = {"a": {"file": photos["a"], "height": image.height, "width": image.width}}
    os.remove(os.path.join(out, photos["b"]))
    pixels = processor(images=image, return_tensors="pt").pixel_values
    golden.add("image/a/pixel_values", pixels, deflate=True)
    with torch.no_grad():
        (record_vision if kind == "vision" else record_hiera)(golden, model, pixels, "image/a/pixel_values")
    golden.record_checkpoint(type(made).__name__, out, ["config.json", "model.safetensors"])
    golden.write(out)


def copy_shared(made, trial):
    """After calibration of the image model, its weights go back into the model that is saved."""
    if made is trial:
        return
    own, theirs = made.state_dict(), trial.state_dict()
    with torch.no_grad():
        for key, value in theirs.items():
            own[key].copy_(value.to(own[key].dtype))


def record(name, model_dir, out, photos, seed, script, version, with_attentions, model_class, light=False):
    golden = Golden(name, script, version, seed)
    image_class = EdgeTamModel if model_class in (EdgeTamModel, EdgeTamVideoModel) else Sam2Model
    model = image_class.from_pretrained(model_dir, dtype=torch.float32).eval()
    processor = Sam2Processor.from_pretrained(model_dir) if os.path.exists(os.path.join(model_dir, "processor_config.json")) \
        else Sam2Processor(Sam2ImageProcessor.from_pretrained(model_dir))
    cases = ImageCases(golden, model, processor, out, photos, np.random.default_rng([seed, 8]), light)
    cases.record()
    if with_attentions:
        cases.record_attentions()
    files = [f for f in os.listdir(model_dir) if f.endswith(WEIGHT_FILES) or f == "config.json"]
    golden.record_checkpoint(model_class.__name__, model_dir, files)
    report(cases)
    golden.meta["noise"] = rounding_noise(cases)
    print(f"  noise {golden.meta['noise']}")
    golden.write(out)


def rounding_noise(cases):
    """How far float32 alone moves the reference's result (against itself in float64): of the logits relative to the range
    of their tensor, of the scores absolute. A port can not be expected to come closer than this."""
    worst = dict(pred_masks=0.0, iou_scores=0.0)
    double = copy.deepcopy(cases.model).double()
    for name in ("single_point", "points", "box", "no_prompt", "objects", "objects_single_mask", "ragged_points"):
        images, prompt, options = cases.prompts[name]
        inputs = {key: value.double() if value.is_floating_point() else value for key, value in cases.process(images, prompt).items()}
        with torch.no_grad():
            exact = double(**inputs, **options)
        single = cases.done[name]
        masks, scores = exact.pred_masks, exact.iou_scores
        worst["pred_masks"] = max(worst["pred_masks"], float((masks - single.pred_masks).abs().max() / (masks.max() - masks.min())))
        worst["iou_scores"] = max(worst["iou_scores"], float((scores - single.iou_scores).abs().max()))
    return {key: float(f"{value:.1e}") for key, value in worst.items()}


def report(cases):
    """What a person should look at before committing: are masks neither full nor empty, do prompts and masks differ?"""
    shares, spread, ious = [], [], []
    for result in cases.done.values():
        masks = result.pred_masks
        shares.append(float((masks > 0).float().mean()))
        spread.append(float(masks.std()))
        ious.append(result.iou_scores.flatten())
    ious = torch.cat(ious)
    first, second = cases.done["objects"].pred_masks[0, 0], cases.done["objects"].pred_masks[0, 1]
    print(f"  share of positive pixels {min(shares):.2f}..{max(shares):.2f}, logit std {min(spread):.2f}..{max(spread):.2f}, "
          f"iou {float(ious.min()):.2f}..{float(ious.max()):.2f}, difference between prompts {float((first - second).std()):.2f}, "
          f"embedding std {[round(float(e.std()), 2) for e in cases.embeddings['a']]}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", choices=sorted(FIXTURES))
    parser.add_argument("--out", default=FOLDER, help="folder that gets one folder per fixture")
    parser.add_argument("--model", help="folder of an existing checkpoint, recorded by digest, not copied")
    parser.add_argument("--name", default="nano")
    options = parser.parse_args()
    quiet()
    if options.model:
        out, rng = os.path.join(options.out, options.name), np.random.default_rng([900, 7])
        shutil.rmtree(out, ignore_errors=True)
        os.makedirs(out)
        photos = save_photos(dict(photos=[(48, 67), (71, 45)]), out, rng)
        record(options.name, options.model, out, photos, 901, SCRIPT, VERSION, False, Sam2Model, light=True)
        return
    for name in [options.config] if options.config else sorted(FIXTURES):
        if "tower" in FIXTURES[name]:
            make_tower_fixture(name, FIXTURES[name], os.path.join(options.out, name))
        else:
            make_fixture(name, FIXTURES[name], os.path.join(options.out, name), with_attentions=name == "odd-a")


if __name__ == "__main__":
    main()
