"""The pieces of the mask-generation pipeline, and whole runs of it.

    python make_generate_goldens.py [--seed N] [--out DIR]               fixture `generate`: pieces, and runs on odd-a
    python make_generate_goldens.py --model DIR --name generate-nano     fixture of runs on a checkpoint that lives elsewhere
"""
import argparse
import os
import shutil

import torchvision_cpu
import numpy as np
import torch
import torchvision
from PIL import Image
from transformers import Sam2ImageProcessor, Sam2Model, pipeline
from transformers.models.sam2 import image_processing_sam2 as pieces

from goldens import FIXTURES, Golden
from image_cases import draw_photo
from make_image_goldens import WEIGHT_FILES, quiet

SCRIPT = "make_generate_goldens.py"
VERSION = 1
LEAST = 5
"""Masks that a run on trained weights keeps at least."""
PHOTO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "truck.png")


def plain(rles):
    return [dict(size=[int(x) for x in rle["size"]], counts=[int(x) for x in rle["counts"]]) for rle in rles]


def widest_gap(values, low, high):
    """The middle of the widest gap between neighbours, between two quantiles: a threshold that nothing meets by a hair."""
    ordered = sorted(values)
    if len(ordered) < 3:
        return 0.0, 1.0
    first, last = int(low * len(ordered)), max(int(low * len(ordered)) + 2, int(high * len(ordered)))
    cut = max(range(first + 1, min(last, len(ordered))), key=lambda i: ordered[i] - ordered[i - 1])
    return round((ordered[cut] + ordered[cut - 1]) / 2, 4), ordered[cut] - ordered[cut - 1]


class Maker:
    def __init__(self, golden, out, rng):
        self.golden, self.out, self.rng, self.processor = golden, out, rng, Sam2ImageProcessor()

    def crops(self):
        for height, width, target, layers, overlap, points in (
            (43, 61, 128, 0, 512 / 1500, 4), (61, 43, 128, 1, 512 / 1500, 3), (300, 200, 256, 2, 512 / 1500, 2), (1200, 1800, 1024, 1, .25, 5),
            (100, 100, 96, 2, 0.0, 3), (97, 31, 160, 3, .5, 2), (64, 64, 64, 1, 512 / 1500, 32)):
            boxes, grid, _, labels = self.processor.generate_crop_boxes(torch.zeros(3, height, width, dtype=torch.uint8), target, layers, overlap, points)
            name = f"crops_{height}x{width}_layers_{layers}"
            self.golden.case(name, "crop_boxes", options=dict(height=height, width=width, target_size=target, crop_n_layers=layers, overlap_ratio=overlap, points_per_crop=points),
                outputs=dict(crop_boxes=self.golden.add(f"{name}/crop_boxes", boxes), points_per_crop=self.golden.add(f"{name}/points_per_crop", grid, deflate=True),
                    input_labels=self.golden.add(f"{name}/input_labels", labels, deflate=True)))

    def blobs(self, objects, masks, height, width, spread=.5):
        """Logits of ellipses of several sizes and softness, in eighths; the first is empty, the second full."""
        y, x = np.mgrid[0:height, 0:width]
        out = np.empty((objects, masks, height, width), np.float32)
        for i in np.ndindex(objects, masks):
            cx, cy, rx, ry = *(self.rng.uniform(.5 - spread, .5 + spread, 2) * (width, height)), *(self.rng.uniform(.1, .8, 2) * spread * (width, height))
            out[i] = self.rng.uniform(2, 30) * (1 - np.sqrt(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2)) + self.rng.normal(0, .04, (height, width))
        out.reshape(-1, height, width)[0] = -5
        out.reshape(-1, height, width)[1] = 5
        return torch.from_numpy(np.round(out * 8) / 8)

    def filters(self):
        for name, size, crop, options in (
            ("whole_image", (45, 70), [0, 0, 70, 45], dict(pred_iou_thresh=.4, stability_score_thresh=.6)),
            ("no_thresholds", (45, 70), [0, 0, 70, 45], dict(pred_iou_thresh=0.0, stability_score_thresh=0.0)),
            ("mask_threshold_and_offset", (45, 70), [0, 0, 70, 45], dict(pred_iou_thresh=.1, stability_score_thresh=.5, mask_threshold=1.25, stability_score_offset=.5)),
            ("crop", (190, 230), [30, 20, 150, 130], dict(pred_iou_thresh=.1, stability_score_thresh=.3)),
            ("crop_at_image_edge", (160, 200), [110, 0, 200, 90], dict(pred_iou_thresh=.1, stability_score_thresh=.3)),
            ("none_left", (45, 70), [0, 0, 70, 45], dict(pred_iou_thresh=.999, stability_score_thresh=.6))):
            height, width = crop[3] - crop[1], crop[2] - crop[0]
            masks, scores = self.blobs(4, 3, height, width, .25 if name == "crop" else .5), torch.from_numpy(self.rng.uniform(0, 1, (4, 3)).astype(np.float32))
            rles, kept, boxes = self.processor.filter_masks(masks.clone(), scores.clone(), size, torch.tensor(crop).float(), **options)
            stability = pieces._compute_stability_score(masks.flatten(0, 1), options.get("mask_threshold", 0), options.get("stability_score_offset", 1))
            self.golden.case(f"filter_{name}", "filter_masks", options=dict(original_size=list(size), cropped_box_image=crop, **options),
                inputs=dict(masks=self.golden.add(f"filter_{name}/masks", masks, deflate=True), iou_scores=self.golden.add(f"filter_{name}/iou_scores", scores)),
                outputs=dict(scores=self.golden.add(f"filter_{name}/scores", kept), boxes=self.golden.add(f"filter_{name}/boxes", boxes.to(torch.int64))),
                rles=plain(rles) or None, facts=dict(stability_scores=[None if np.isnan(s) else round(s, 6) for s in stability.tolist()], kept=len(rles)))
            print(f"  filter {name}: {len(rles)} of {len(stability)}")

    def rles(self):
        for name, masks in (
            ("noise", self.rng.random((3, 11, 17)) < .5), ("blobs", (self.blobs(2, 2, 37, 23) > 0).flatten(0, 1).numpy()), ("column", self.rng.random((2, 9, 1)) < .5),
            ("row", self.rng.random((2, 1, 9)) < .5), ("pixel", np.array([[[0]], [[1]]], bool)), ("first_and_last", np.eye(6, dtype=bool)[None])):
            masks = torch.from_numpy(np.ascontiguousarray(masks))
            rles = pieces._mask_to_rle(masks)
            for rle, mask in zip(rles, masks):
                assert (pieces._rle_to_mask(rle) == mask).all()
            self.golden.case(f"rle_{name}", "mask_to_rle", inputs=dict(masks=self.golden.add(f"rle_{name}/masks", masks)), rles=plain(rles))

    def suppression(self):
        corners = self.rng.integers(0, 60, (40, 2))
        boxes = np.concatenate([corners, corners + self.rng.integers(1, 40, (40, 2))], 1).astype(np.float32)
        near = np.repeat(boxes[:10], 3, 0) + self.rng.integers(-2, 3, (30, 4))
        for name, b, s, threshold in (
            ("spread", boxes, self.rng.random(40), .7), ("crowded", near, self.rng.random(30), .7), ("strict", near, self.rng.random(30), .2),
            ("equal_scores", boxes, np.round(self.rng.random(40) * 4) / 4, .5), ("empty_boxes", np.array([[0, 0, 0, 0], [0, 0, 0, 0], [1, 1, 5, 5]]), np.array([.1, .2, .3]), .7)):
            b, s = torch.from_numpy(np.asarray(b, np.float32)), torch.from_numpy(np.asarray(s, np.float32))
            keep = pieces.batched_nms(b, s, torch.zeros(len(b)), threshold)
            self.golden.case(f"nms_{name}", "nms", options=dict(threshold=threshold), outputs=dict(keep=self.golden.add(f"nms_{name}/keep", keep)),
                inputs=dict(boxes=self.golden.add(f"nms_{name}/boxes", b), scores=self.golden.add(f"nms_{name}/scores", s)))

    def picture(self, key, image):
        """Adds an image file to the fixture."""
        image.save(os.path.join(self.out, f"{key}.png"), optimize=True)
        self.golden.meta["images"][key] = dict(file=f"{key}.png", height=image.height, width=image.width)

    def generate(self, name, model_name, generator, key, options, search=True, between=(.3, .6), least=0):
        """One pipeline run, which keeps at least so many masks. Thresholds not given are put into wide gaps between two quantiles, so that rounding decides nothing."""
        image = Image.open(os.path.join(self.out, f"{key}.png")).convert("RGB")
        seen, processor = [], generator.image_processor
        original = processor.filter_masks

        def watch(masks, iou_scores, size, crop, pred_iou, stability_thresh, threshold, offset):
            flat = masks.flatten(0, 1)
            seen.append((iou_scores.flatten(), pieces._compute_stability_score(flat, threshold, offset)))
            return original(masks, iou_scores, size, crop, pred_iou, stability_thresh, threshold, offset)

        processor.filter_masks = watch
        options = dict(options)
        facts = {}
        if search:
            generator(image, **options, pred_iou_thresh=0.0, stability_score_thresh=0.0, output_rle_mask=True)
            ious, stability = (torch.cat(part) for part in zip(*seen))
            stability = stability.nan_to_num(0.0)
            options["pred_iou_thresh"], gap = widest_gap(ious.tolist(), *between)
            facts["iou_gap"] = gap
            options["stability_score_thresh"], facts["stability_gap"] = widest_gap(stability[ious > options["pred_iou_thresh"]].tolist(), *between)
            seen.clear()
        boxes = []
        nms = pieces.batched_nms
        pieces.batched_nms = lambda **arguments: boxes.append(arguments["boxes"]) or nms(**arguments)
        generator(image, **options)
        overlap = torchvision.ops.box_iou(boxes[0], boxes[0]).flatten()
        if search and "crops_nms_thresh" not in options:
            values = [float(v) for v in overlap if .5 < v < .9]
            options["crops_nms_thresh"], facts["nms_gap"] = widest_gap(values, 0, 1) if len(values) > 2 else (.7, 1.0)
            if options["crops_nms_thresh"] == 0:
                options["crops_nms_thresh"] = .7
        pieces.batched_nms = nms
        seen.clear()
        result = generator(image, **options, output_rle_mask=True, output_bboxes_mask=True)
        del processor.filter_masks
        facts = {key: round(float(value), 6) for key, value in facts.items()}
        if len(result["rle_mask"]) < least:
            raise ValueError(f"{name} keeps {len(result['rle_mask'])} masks, too few to say much: choose lower quantiles")
        facts.update(candidates=sum(len(s[0]) for s in seen), before_nms=len(boxes[0]), kept=len(result["rle_mask"]))
        self.golden.case(name, "pipeline", images=[key], model=model_name, options=options, rles=plain(result["rle_mask"]), facts=facts,
            outputs=dict(scores=self.golden.add(f"{name}/scores", result["scores"]), boxes=self.golden.add(f"{name}/boxes", result["bounding_boxes"].to(torch.int64))))
        print(f"  {name}: {facts} {options}", flush=True)


def load(directory):
    processor = Sam2ImageProcessor.from_pretrained(directory)
    return pipeline("mask-generation", model=Sam2Model.from_pretrained(directory, dtype=torch.float32).eval(), image_processor=processor, device="cpu")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=301)
    parser.add_argument("--out", default=FIXTURES)
    parser.add_argument("--model", help="folder of an existing checkpoint, recorded by digest, not copied")
    parser.add_argument("--name", default="generate")
    options = parser.parse_args()
    quiet()
    torchvision.ops.boxes.nms = torchvision_cpu.nms
    out = os.path.join(options.out, options.name)
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    golden = Golden(options.name, SCRIPT, VERSION, options.seed)
    maker = Maker(golden, out, np.random.default_rng(options.seed))
    directory = options.model or os.path.join(FIXTURES, "odd-a")
    generator, model_name = load(directory), options.name.removeprefix("generate-") if options.model else "odd-a"
    golden.record_checkpoint("Sam2Model", directory, [f for f in os.listdir(directory) if f.endswith(WEIGHT_FILES) or f == "config.json"])
    if options.model:
        maker.picture("truck", Image.open(PHOTO).convert("RGB"))
        shutil.copy(PHOTO + ".license", out)
        run = lambda name, between=(.3, .6), **chosen: maker.generate(name, model_name, generator, "truck", chosen, between=between, least=LEAST)
        run("truck", points_per_crop=12)
        run("truck_one_crop_layer", points_per_crop=6, crops_n_layers=1)
        run("truck_two_crop_layers", (.2, .5), points_per_crop=4, crops_n_layers=2, points_per_batch=16)
        run("truck_threshold", points_per_crop=8, mask_threshold=.5, stability_score_offset=2, points_per_batch=10)
    else:
        maker.crops()
        maker.filters()
        maker.rles()
        maker.suppression()
        maker.picture("wide", Image.fromarray(draw_photo(96, 150, maker.rng)))
        maker.picture("tall", Image.fromarray(draw_photo(131, 77, maker.rng)))
        for key in ("wide", "tall"):
            run = lambda name, **chosen: maker.generate(f"{key}{name}", model_name, generator, key, chosen)
            run("", points_per_crop=6)
            # boxes of random masks all cover the image: 1 keeps every mask, the `nms_…` cases see to the rest
            run("_all_kept", points_per_crop=3, crops_nms_thresh=1.0)
            run("_one_crop_layer", points_per_crop=3, crops_n_layers=1, points_per_batch=7, crops_nms_thresh=1.0)
            run("_two_crop_layers", points_per_crop=2, crops_n_layers=2, crop_overlap_ratio=.4, crops_nms_thresh=1.0)
            run("_threshold", points_per_crop=5, mask_threshold=-.75, stability_score_offset=.5)
    golden.write(out)


if __name__ == "__main__":
    main()
