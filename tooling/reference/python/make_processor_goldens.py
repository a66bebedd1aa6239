"""What Sam2ImageProcessor and Sam2Processor make of images, segmentation maps, prompts and logits.

    python make_processor_goldens.py [--seed N] [--out DIR]      another seed gives other pictures and logits
"""
import argparse
import copy
import os

import torchvision_cpu  # noqa: F401  must come before transformers
import numpy as np
import torch
from transformers import Sam2ImageProcessor, Sam2Processor

from goldens import FIXTURES, Golden
from image_cases import draw_photo
from make_image_goldens import quiet

SCRIPT = "make_processor_goldens.py"
VERSION = 1
PLAIN = dict(do_rescale=False, do_normalize=False)
NEAREST, LANCZOS, BILINEAR, BICUBIC, BOX, HAMMING = range(6)


def square(size):
    return dict(height=size, width=size)


class Maker:
    def __init__(self, golden, rng):
        self.golden, self.rng = golden, rng

    def image(self, name, images, constructor=None, call=None, maps=None, note=None):
        """One call of the image processor. Images are uint8 [H, W, 3], maps [H, W]."""
        constructor, call = constructor or {}, call or {}
        processor = Sam2ImageProcessor(**constructor)
        many = dict(segmentation_maps=[torch.from_numpy(m) for m in maps]) if maps else {}
        result = processor(images=list(images), return_tensors="pt", **many, **call)
        settings = {**dict(do_resize=True), **constructor, **call}
        pixels = result["pixel_values"]
        if not settings.get("do_rescale", True) and not settings.get("do_normalize", True):
            assert pixels.dtype == torch.uint8, pixels.dtype
        inputs = dict(images=self.golden.add_list(f"{name}/images", images, deflate=True))
        outputs = dict(pixel_values=self.golden.add(f"{name}/pixel_values", pixels, deflate=True))
        if maps:
            inputs["segmentation_maps"] = self.golden.add_list(f"{name}/segmentation_maps", maps, deflate=True)
            outputs["labels"] = self.golden.add(f"{name}/labels", result["labels"], deflate=True)
        self.golden.case(name, "image", options=dict(constructor=constructor, call=call), inputs=inputs, outputs=outputs,
            facts=dict(original_sizes=[list(map(int, size)) for size in result["original_sizes"]], **(dict(note=note) if note else {})))

    def resizes(self):
        rng = self.rng
        draw = lambda h, w: draw_photo(h, w, rng) if h * w < 10_000 else draw_photo(h, w, rng) // 32 * 32 + 9  # flat areas pack well
        noise = lambda h, w: rng.integers(0, 256, (h, w, 3)).astype(np.uint8)
        for h, w, size in ((43, 61, 128), (200, 300, 64), (5, 7, 96), (480, 640, 256), (1, 1, 32), (33, 1, 32), (64, 64, 64), (64, 63, 64)):
            self.image(f"resize_{h}x{w}_to_{size}", [draw(h, w)], dict(size=square(size)), PLAIN)
        for h, w, size in ((61, 43, 128), (110, 171, 64), (9, 14, 96), (97, 129, 32)):
            self.image(f"resize_noise_{h}x{w}_to_{size}", [noise(h, w)], dict(size=square(size)), PLAIN)
        noises = {size: noise(*size) for size in ((37, 53), (121, 90))}
        for label, resample in (("nearest", NEAREST), ("lanczos", LANCZOS), ("bilinear", BILINEAR), ("bicubic", BICUBIC), ("box", BOX), ("hamming", HAMMING)):
            for h, w, size in ((37, 53, 64), (121, 90, 48)):
                try:
                    self.image(f"resample_{label}_{h}x{w}_to_{size}", [noises[h, w]], dict(size=square(size)), dict(resample=resample, **PLAIN))
                except (RuntimeError, ValueError, NotImplementedError, TypeError) as error:
                    print(f"resample {label}: {type(error).__name__}: {str(error)[:120]}")
        self.image("size_not_square", [draw(43, 61)], dict(size=dict(height=40, width=72)), PLAIN)
        self.image("batch_of_sizes", [draw(43, 61), draw(20, 90), draw(43, 61)], dict(size=square(48)), PLAIN)

    def arithmetic(self):
        rng = self.rng
        one, same = [draw_photo(43, 61, rng)], [draw_photo(24, 20, rng), draw_photo(24, 20, rng)]
        size = dict(size=square(32))
        self.image("defaults_at_32", one, size)
        self.image("no_resize", same, size, dict(do_resize=False))
        self.image("no_rescale", one, size, dict(do_rescale=False))
        self.image("no_normalize", one, size, dict(do_normalize=False))
        self.image("rescale_factor", one, size, dict(rescale_factor=1 / 127.5))
        self.image("rescale_factor_only", one, size, dict(rescale_factor=0.01, do_normalize=False))
        self.image("mean_and_std", one, {**size, **dict(image_mean=[.5, .4, .3], image_std=[.2, .3, .4])})
        self.image("mean_and_std_per_call", one, size, dict(image_mean=[.1, .2, .3], image_std=[.5, .6, .7]))
        self.image("mean_and_std_unscaled", one, size, dict(do_rescale=False, image_mean=[120., 110., 100.], image_std=[58., 57., 56.]))
        self.image("size_per_call", one, size, dict(size=square(24)))
        self.image("all_off", same, size, dict(do_resize=False, **PLAIN))
        self.image("bicubic_normalized", one, {**size, **dict(resample=BICUBIC)})

    def maps(self):
        rng = self.rng
        size = dict(size=square(32), mask_size=square(16))
        photos = [draw_photo(43, 61, rng), draw_photo(30, 22, rng)]
        maps = [rng.integers(0, 5, (43, 61)).astype(np.uint8), rng.integers(0, 2, (30, 22)).astype(np.uint8)]
        self.image("segmentation_map", photos[:1], size, PLAIN, maps[:1])
        self.image("segmentation_maps", photos, size, PLAIN, maps)
        self.image("segmentation_map_mask_size_per_call", photos[:1], size, dict(mask_size=square(50), **PLAIN), maps[:1])
        self.image("segmentation_map_up", [draw_photo(7, 5, rng)], size, PLAIN, [rng.integers(0, 9, (7, 5)).astype(np.uint8)])
        self.image("segmentation_map_classes_to_255", photos[:1], size, PLAIN, [rng.integers(0, 256, (43, 61)).astype(np.uint8)])
        self.image("segmentation_map_not_resized", photos[1:], size, dict(do_resize=False, **PLAIN), maps[1:])

    def prompts(self):
        call = lambda name, target, sizes, **prompt: self.prompt(name, target, sizes, prompt)
        points = [[[[10.5, 20], [30, 5]]]]
        call("point", 1024, [[43, 61]], input_points=[[[[30.5, 21.25]]]], input_labels=[[[1]]])
        call("points_unlabelled", 128, [[43, 61]], input_points=points)
        call("labels_only", 128, [[43, 61]], input_labels=[[[1, 0]]])
        call("points_up_and_down", 256, [[1200, 1800]], input_points=[[[[1799.9, 1199.5], [0, 0], [-3, 5000]]]], input_labels=[[[1, 0, 1]]])
        call("box", 1024, [[1200, 1800]], input_boxes=[[[425, 600, 700, 875.5]]])
        call("boxes", 96, [[7, 5]], input_boxes=[[[0, 0, 4, 6], [1.5, 2.5, 3.25, 6.75]]])
        call("box_and_points", 256, [[43, 61]], input_boxes=[[[5, 6, 50, 40]]], input_points=[[[[10, 11], [20, 21]]]], input_labels=[[[1, 0]]])
        call("two_images", 256, [[43, 61], [500, 20]], input_points=[[[[30, 20]]], [[[10, 450]]]], input_labels=[[[1]], [[0]]])
        call("two_images_boxes", 256, [[43, 61], [500, 20]], input_boxes=[[[1, 2, 30, 40]], [[3, 4, 15, 400]]])
        call("ragged_points", 128, [[43, 61]], input_points=[[[[1, 2]], [[3, 4], [5, 6], [7, 8]], [[9, 10], [11, 12]]]], input_labels=[[[1], [1, 0, 1], [0, 1]]])
        call("ragged_objects", 128, [[43, 61], [20, 90]], input_points=[[[[1, 2]]], [[[3, 4]], [[5, 6]], [[7, 8]]]], input_labels=[[[1]], [[1], [0], [1]]])
        call("ragged_both", 128, [[43, 61], [20, 90]], input_points=[[[[1, 2], [3, 3]]], [[[3, 4]], [[5, 6], [9, 9], [1, 1]]]], input_labels=[[[1, 0]], [[1], [0, 1, 1]]])
        call("coordinate_that_equals_the_padding", 128, [[43, 61]], input_points=[[[[-10, -10], [-10, 5]], [[1, 1]]]], input_labels=[[[1, 1], [1]]])
        call("three_images_one_size_each", 64, [[10, 20], [20, 10], [30, 30]], input_points=[[[[1, 1]]], [[[1, 1]]], [[[1, 1]]]])
        call("tiny_image", 1024, [[1, 1]], input_points=[[[[0.5, 0.5]]]], input_labels=[[[1]]])

    def prompt(self, name, target, sizes, prompt):
        processor = Sam2Processor(Sam2ImageProcessor(size=square(target)))
        result = processor(original_sizes=[list(s) for s in sizes], **copy.deepcopy(prompt), return_tensors="pt")
        outputs = {key: self.golden.add(f"prompt_{name}/{key}", result[key]) for key in ("input_points", "input_labels", "input_boxes") if key in result}
        self.golden.case(f"prompt_{name}", "prompts", options=dict(target_size=target, original_sizes=sizes, **prompt), outputs=outputs)

    def errors(self):
        one, two = [[43, 61]], [[43, 61], [20, 90]]
        strict = lambda why: dict(note=why)
        for name, sizes, prompt, facts in (
            ("no_image_no_sizes", None, dict(input_points=[[[[1, 2]]]]), {}),
            ("point_3_levels", one, dict(input_points=[[[1, 2]]], input_labels=[[[1]]]), {}),
            ("point_2_levels", one, dict(input_points=[[1, 2]], input_labels=[[[1]]]), {}),
            ("point_5_levels", one, dict(input_points=[[[[[1, 2]]]]], input_labels=[[[1]]]), {}),
            ("labels_2_levels", one, dict(input_points=[[[[1, 2]]]], input_labels=[[1]]), {}),
            ("labels_4_levels", one, dict(input_points=[[[[1, 2]]]], input_labels=[[[[1]]]]), {}),
            ("box_2_levels", one, dict(input_boxes=[[1, 2, 3, 4]]), {}),
            ("box_4_levels", one, dict(input_boxes=[[[[1, 2, 3, 4]]]]), {}),
            ("labels_fewer_than_points", one, dict(input_points=[[[[1, 2], [3, 4]]]], input_labels=[[[1]]]), {}),
            ("labels_more_than_points", one, dict(input_points=[[[[1, 2]]]], input_labels=[[[1, 0]]]), {}),
            ("labels_of_fewer_objects", one, dict(input_points=[[[[1, 2]], [[3, 4]]]], input_labels=[[[1]]]), {}),
            ("boxes_ragged", two, dict(input_boxes=[[[1, 2, 3, 4]], [[1, 2, 3, 4], [5, 6, 7, 8]]]), {}),
            ("boxes_ragged_other_order", two, dict(input_boxes=[[[1, 2, 3, 4], [5, 6, 7, 8]], [[1, 2, 3, 4]]]), {}),
            ("box_of_3_numbers", one, dict(input_boxes=[[[1, 2, 3]]]), {}),
            ("point_of_3_numbers", one, dict(input_points=[[[[1, 2, 3]]]], input_labels=[[[1]]]), strict("lists are not checked for 2 numbers")),
            ("point_of_1_number", one, dict(input_points=[[[[1]]]], input_labels=[[[1]]]), strict("a lone number is padded with -10 to a pair")),
            ("point_text", one, dict(input_points=[[[["1", "2"]]]], input_labels=[[[1]]]), {}),
            ("point_string", one, dict(input_points="1,2"), strict("a string is ignored")),
            ("empty_points", one, dict(input_points=[], input_labels=[]), {}),
            ("no_objects", one, dict(input_points=[[]], input_labels=[[]]), {}),
            ("nan", one, dict(input_points=[[[[float("nan"), 2]]]], input_labels=[[[1]]]), strict("numbers are not checked")),
            ("infinite", one, dict(input_points=[[[[float("inf"), 2]]]], input_labels=[[[1]]]), strict("numbers are not checked")),
            ("mixed_depth", one, dict(input_points=[[[[1, 2]], [3, 4]]], input_labels=[[[1], [1]]]), {}),
            ("one_size_for_two_images", one, dict(input_points=[[[[30, 20]]], [[[30, 20]]]], input_labels=[[[1]], [[1]]]), strict("only the first image's prompts are scaled; ours is an error")),
            ("two_sizes_for_one_image", two, dict(input_points=[[[[30, 20]]]], input_labels=[[[1]]]), strict("the second size is not used")),
            ("points_and_labels_of_other_images", two, dict(input_points=[[[[1, 2]]], [[[1, 2]]]], input_labels=[[[1]]]), {}),
            ("fractional_label", one, dict(input_points=[[[[1, 2]]]], input_labels=[[[0.7]]]), strict("labels are truncated to integers")),
        ):
            processor = Sam2Processor(Sam2ImageProcessor(size=square(128)))
            try:
                result = processor(original_sizes=copy.deepcopy(sizes), **copy.deepcopy(prompt), return_tensors="pt")
                error = None
                facts = {**facts, "reference_shapes": {k: list(v.shape) for k, v in result.items() if k != "original_sizes" and hasattr(v, "shape")}}
            except Exception as raised:  # whatever the reference raises is what is recorded
                error, facts = dict(type=type(raised).__name__, message=str(raised)), {}
            text = lambda v: [text(x) for x in v] if isinstance(v, list) else (str(v) if isinstance(v, float) and not np.isfinite(v) else v)
            self.golden.cases[f"error_{name}"] = dict(kind="prompt_error", options=dict(target_size=128, original_sizes=sizes, **{k: text(v) for k, v in prompt.items()}), error=error, facts=facts)
            print(f"  {name}: {error and error['type'] + ': ' + error['message'][:90] or 'accepted'}")

    def masks(self):
        def logits(objects, masks, h, w):
            coarse = torch.from_numpy(self.rng.normal(0, 4, (objects, masks, max(2, h // 3), max(2, w // 3))).astype(np.float32))
            return torch.nn.functional.interpolate(coarse, (h, w), mode="bicubic") + torch.from_numpy(self.rng.normal(0, .3, (objects, masks, h, w)).astype(np.float32))
        one, two = [logits(1, 3, 16, 16)], [logits(2, 1, 12, 12), logits(2, 1, 12, 12)]
        self.post("one_image", one, [[43, 61]])
        self.post("one_image_logits", one, [[43, 61]], binarize=False)
        self.post("down", [logits(1, 2, 32, 32)], [[11, 7]])
        self.post("down_logits", [logits(1, 2, 32, 32)], [[11, 7]], binarize=False)
        self.post("same_size_logits", one, [[16, 16]], binarize=False)
        self.post("one_pixel_logits", one, [[1, 1]], binarize=False)
        self.post("thin_logits", one, [[1, 37]], binarize=False)
        self.post("large", [logits(1, 1, 24, 24)], [[201, 301]])
        self.post("two_images", two, [[31, 45], [50, 20]])
        self.post("two_images_logits", two, [[31, 45], [50, 20]], binarize=False)
        self.post("threshold", one, [[43, 61]], mask_threshold=1.5)
        self.post("threshold_negative", one, [[43, 61]], mask_threshold=-2.25)
        self.post("not_overlapping", [logits(4, 1, 12, 12)], [[29, 35]], apply_non_overlapping_constraints=True)
        self.post("not_overlapping_logits", [logits(3, 2, 12, 12)], [[29, 35]], apply_non_overlapping_constraints=True, binarize=False)
        self.post("not_overlapping_threshold", [logits(3, 2, 12, 12)], [[29, 35]], apply_non_overlapping_constraints=True, mask_threshold=-12.0)
        self.post("not_overlapping_one_object", one, [[43, 61]], apply_non_overlapping_constraints=True, binarize=False)
        self.post("fewer_sizes_than_masks", two, [[31, 45]])

    def post(self, name, masks, sizes, **options):
        processor = Sam2ImageProcessor()
        result = processor.post_process_masks([m.clone() for m in masks], [list(s) for s in sizes], **options)
        self.golden.case(f"masks_{name}", "post_process_masks", options=dict(original_sizes=sizes, **options),
            inputs=dict(masks=self.golden.add_list(f"masks_{name}/in", masks)), outputs=dict(masks=self.golden.add_list(f"masks_{name}/out", result, deflate=True)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=201)
    parser.add_argument("--out", default=FIXTURES)
    options = parser.parse_args()
    quiet()
    golden = Golden("processor", SCRIPT, VERSION, options.seed)
    maker = Maker(golden, np.random.default_rng(options.seed))
    maker.resizes()
    maker.arithmetic()
    maker.maps()
    maker.prompts()
    maker.errors()
    maker.masks()
    golden.write(os.path.join(options.out, "processor"))


if __name__ == "__main__":
    main()
