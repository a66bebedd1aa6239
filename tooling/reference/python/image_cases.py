"""The cases of an image fixture: what is asked of a model and what it answers. The list is in ../README.md."""
import copy
import os

import numpy as np
import torch
import transformers.models.sam2.modeling_sam2 as modeling
from PIL import Image


def draw_photo(height, width, rng):
    """A small picture with flat areas, edges, gradients and noise."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    image = rng.uniform(20, 120, 3) + 20 * np.sin(x[..., None] / 7 + rng.uniform(0, 6, 3)) + 15 * np.cos(y[..., None] / 5 + rng.uniform(0, 6, 3))
    for _ in range(4):
        cx, cy, rx, ry = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(.08, .3) * width, rng.uniform(.08, .3) * height
        inside = ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1 if rng.random() < .6 else (abs(x - cx) < rx) & (abs(y - cy) < ry)
        image = np.where(inside[..., None], rng.uniform(60, 255, 3) * (1 - .2 * x / width)[..., None], image)
    return np.clip(image + rng.normal(0, 4, image.shape), 0, 255).round().astype(np.uint8)


class Prompter:
    """Prompts in pixels of an image: positions are fractions of it, moved a little by the seed, in quarter pixels."""

    def __init__(self, sizes, rng):
        self.sizes, self.rng = sizes, rng

    def point(self, image, x, y):
        height, width = self.sizes[image]
        jitter = self.rng.uniform(-.06, .06, 2)
        return [round(float(np.clip(x + jitter[0], .01, .99)) * width * 4) / 4, round(float(np.clip(y + jitter[1], .01, .99)) * height * 4) / 4]

    def box(self, image, x0, y0, x1, y1):
        return self.point(image, x0, y0) + self.point(image, x1, y1)


def build_prompts(sizes, rng):
    """name → (images, prompt as the processor takes it, options)."""
    one = Prompter(sizes, rng)
    p, b = (lambda *xy: one.point("a", *xy)), (lambda *xy: one.box("a", *xy))
    q, c = (lambda *xy: one.point("b", *xy)), (lambda *xy: one.box("b", *xy))
    single = dict(input_points=[[[p(.3, .4)]]], input_labels=[[[1]]])
    several = dict(input_points=[[[p(.3, .4), p(.7, .6), p(.45, .2)]]], input_labels=[[[1, 0, 1]]])
    objects = dict(input_points=[[[p(.2, .3)], [p(.75, .25)], [p(.5, .8)]]], input_labels=[[[1], [1], [0]]])
    both = dict(input_points=[[[p(.4, .5)]], [[q(.6, .3)]]], input_labels=[[[1]], [[1]]])
    yes, no = dict(multimask_output=True), dict(multimask_output=False)
    return {
        "single_point": (["a"], single, yes),
        "single_point_single_mask": (["a"], single, no),
        "points": (["a"], several, yes),
        "points_single_mask": (["a"], several, no),
        "points_without_labels": (["a"], dict(input_points=[[[p(.6, .3), p(.2, .7)]]]), yes),
        "odd_labels": (["a"], dict(input_points=[[[p(.1, .2), p(.8, .9), p(.3, .3), p(.5, .5), p(.2, .2), p(.6, .7)]]], input_labels=[[[1, -1, -10, 0, 2, 3]]]), yes),
        "box": (["a"], dict(input_boxes=[[b(.2, .2, .6, .7)]]), yes),
        "box_single_mask": (["b"], dict(input_boxes=[[c(.3, .1, .9, .6)]]), no),
        "box_and_point": (["a"], dict(input_boxes=[[b(.2, .2, .7, .8)]], input_points=[[[p(.4, .5)]]], input_labels=[[[0]]]), yes),
        "no_prompt": (["a"], {}, yes),
        "no_prompt_images": (["a", "b"], {}, yes),
        "objects": (["a"], objects, yes),
        "objects_single_mask": (["a"], objects, no),
        "objects_boxes": (["a"], dict(input_boxes=[[b(.1, .1, .5, .5), b(.4, .3, .9, .8), b(.2, .6, .4, .9)]]), yes),
        "objects_boxes_and_points": (["a"], dict(input_boxes=[[b(.1, .1, .5, .5), b(.4, .3, .9, .8)]], input_points=[[[p(.3, .3), p(.4, .2)], [p(.6, .6), p(.8, .4)]]], input_labels=[[[1, 0], [0, 1]]]), yes),
        "images": (["a", "b"], both, yes),
        "images_single_mask": (["b", "a"], dict(input_points=[[[q(.3, .7)], [q(.8, .2)]], [[p(.5, .4)], [p(.2, .8)]]], input_labels=[[[1], [1]], [[1], [0]]]), no),
        "ragged_objects": (["a", "b"], dict(input_points=[[[p(.5, .5)]], [[q(.2, .2)], [q(.7, .4)], [q(.4, .8)]]], input_labels=[[[1]], [[1], [1], [1]]]), yes),
        "ragged_points": (["a"], dict(input_points=[[[p(.5, .5)], [p(.2, .2), p(.3, .4), p(.8, .8)], [p(.7, .3), p(.4, .6)]]], input_labels=[[[1], [1, 1, 0], [1, 0]]]), yes),
        "ragged_both": (["a", "b"], dict(input_points=[[[p(.5, .5), p(.1, .9)]], [[q(.2, .2)], [q(.7, .4), q(.6, .6), q(.1, .1)]]], input_labels=[[[1, 0]], [[1], [1, 1, 0]]]), no),
        "images_boxes": (["a", "b"], dict(input_boxes=[[b(.1, .2, .5, .6), b(.5, .5, .9, .9)], [c(.2, .1, .7, .5), c(.0, .4, .5, .95)]]), yes),
    }


def record_vision(golden, model, pixels, ref):
    """`Sam2VisionModel` or `EdgeTamVisionModel`."""
    is_hiera = hasattr(model.backbone, "blocks")
    vision = model(pixels, **(dict(output_hidden_states=True) if is_hiera else {}), return_dict=True)
    golden.case("vision", "vision", images=["a"], inputs=dict(pixel_values=ref), outputs=dict(
        last_hidden_state=golden.add("vision/last_hidden_state", vision.last_hidden_state),
        fpn_hidden_states=golden.add_list("vision/fpn_hidden_states", vision.fpn_hidden_states),
        fpn_position_encoding=golden.add_list("vision/fpn_position_encoding", vision.fpn_position_encoding, deflate=True),
        **(dict(hidden_states=golden.add_list("vision/hidden_states", vision.hidden_states)) if is_hiera else {})))


def record_hiera(golden, model, pixels, ref):
    """`Sam2HieraDetModel`."""
    hiera = model(pixels, output_hidden_states=True, return_dict=True)
    golden.case("hiera", "hiera", images=["a"], inputs=dict(pixel_values=ref), outputs=dict(
        last_hidden_state=golden.add("hiera/last_hidden_state", hiera.last_hidden_state),
        intermediate_hidden_states=golden.add_list("hiera/intermediate_hidden_states", hiera.intermediate_hidden_states),
        hidden_states=golden.add_list("hiera/hidden_states", hiera.hidden_states)))


# A trained checkpoint has larger tensors: of these, only the cases that a user's call can reach.
LIGHT = ("single_point", "single_point_single_mask", "points", "box", "box_and_point", "no_prompt", "objects", "objects_single_mask",
    "images", "ragged_objects", "ragged_points", "images_boxes")


class ImageCases:
    """Runs every case of one model and records it in a Golden."""

    def __init__(self, golden, model, processor, directory, photos, rng, light=False):
        self.light = light
        self.golden, self.model, self.processor, self.rng = golden, model.eval(), processor, rng
        self.images = {key: Image.open(os.path.join(directory, file)).convert("RGB") for key, file in photos.items()}
        sizes = {key: (image.height, image.width) for key, image in self.images.items()}
        golden.meta["images"] = {key: {"file": photos[key], "height": h, "width": w} for key, (h, w) in sizes.items()}
        self.pixels = {key: processor(images=image, return_tensors="pt").pixel_values for key, image in self.images.items()}
        with torch.no_grad():
            self.embeddings = {key: model.get_image_embeddings(pixels) for key, pixels in self.pixels.items()}
        self.prompts = build_prompts(sizes, rng)
        self.done = {}

    def process(self, images, prompt):
        processed = self.processor(images=[self.images[i] for i in images], **copy.deepcopy(prompt), return_tensors="pt")
        return {key: processed[key] for key in ("pixel_values", "input_points", "input_labels", "input_boxes") if key in processed}

    def run(self, images, prompt, options):
        with torch.no_grad():
            return self.model(**self.process(images, prompt), **options)

    def run_all(self, multimask):
        """All plain prompts once, for calibration."""
        for images, prompt, _ in self.prompts.values():
            self.run(images, prompt, dict(multimask_output=multimask))

    def pixel_ref(self, images):
        return {"concat": [f"image/{i}/pixel_values" for i in images]} if len(images) > 1 else f"image/{images[0]}/pixel_values"

    def embedding_ref(self, images):
        levels = [[f"image/{i}/embeddings/{level}" for i in images] for level in range(3)]
        return {"list": [{"concat": names} if len(names) > 1 else names[0] for names in levels]}

    def forward(self, name, images, prompt, options, extra=None, from_embeddings=False, outputs=()):
        """One `Sam2Model` call. `extra` are tensors that no processor makes."""
        inputs, refs = self.process(images, prompt), {}
        pixels = inputs.pop("pixel_values")
        if from_embeddings:
            inputs["image_embeddings"] = [torch.cat([self.embeddings[i][level] for i in images]) for level in range(3)]
            refs["image_embeddings"] = self.embedding_ref(images)
        else:
            inputs["pixel_values"] = pixels
            refs["pixel_values"] = self.pixel_ref(images)
        inputs.update({key: value.clone() for key, value in (extra or {}).items()})
        for key, value in inputs.items():
            if key not in refs:
                refs[key] = self.golden.add(f"{name}/{key}", value)
        stability, decoder = [], self.model.mask_decoder
        original = decoder._get_stability_scores
        decoder._get_stability_scores = lambda logits: stability.append(original(logits)) or stability[-1]
        with torch.no_grad():
            result = self.model(**inputs, **options)
        del decoder._get_stability_scores
        made = {key: self.golden.add(f"{name}/{key}", result[key]) for key in ("iou_scores", "pred_masks", "object_score_logits")}
        if "image_embeddings" in outputs and (images == ["a"] or not self.light):
            made["image_embeddings"] = self.embedding_ref(images)
        if "vision_hidden_states" in outputs:
            made["vision_hidden_states"] = self.golden.add_list(f"{name}/vision_hidden_states", result.vision_hidden_states)
        facts = self.decisions(stability[0], inputs, options) if stability else {}
        self.golden.case(name, "forward", images=list(images), prompt=prompt, options=options, inputs=refs, outputs=made, facts=facts)
        self.done[name] = result
        return result

    def decisions(self, stability, inputs, options):
        """How clear the choices behind a single mask are; a case that rounding could turn is refused."""
        threshold = self.model.mask_decoder.dynamic_multimask_stability_thresh
        with torch.no_grad():
            scores = self.model(**inputs, **{**options, "multimask_output": True}).iou_scores.sort(-1).values
        margin = float((stability - threshold).abs().min())
        gap = float((scores[..., -1] - scores[..., -2]).min()) if scores.shape[-1] > 1 else 1.0
        if margin < 6e-4 or gap < 1e-4:
            raise ValueError(f"too close to call: stability {margin:.1e} from the threshold, best score {gap:.1e} from the next")
        return dict(stability=[[round(float(s), 5) for s in row.flatten()] for row in stability], stability_margin=round(margin, 5), score_gap=round(gap, 5))

    def record(self):
        golden, model = self.golden, self.model
        for key, pixels in self.pixels.items():
            golden.add(f"image/{key}/pixel_values", pixels, deflate=True)
            for level, value in enumerate(self.embeddings[key] if key == "a" or not self.light else ()):
                golden.add(f"image/{key}/embeddings/{level}", value)
        for name, (images, prompt, options) in self.prompts.items():
            if self.light and name not in LIGHT:
                continue
            self.forward(name, images, prompt, options, outputs=("image_embeddings",))
        self.check_batch()
        self.record_masks()
        self.record_guidance()
        if model.mask_decoder.dynamic_multimask_via_stability:
            self.record_stability()
        self.record_methods()

    def check_batch(self):
        """Embeddings of a batch are those of its images: the fixtures store them once per image."""
        with torch.no_grad():
            batch = self.model.get_image_embeddings(torch.cat([self.pixels["a"], self.pixels["b"]]))
        for level in range(3):
            alone = torch.cat([self.embeddings["a"][level], self.embeddings["b"][level]])
            assert (batch[level] - alone).abs().max() < 1e-4 * alone.abs().max()

    def record_masks(self):
        """Refinement: masks as prompts."""
        prompts = self.prompts
        def best(name):
            result = self.done[name]
            chosen = result.iou_scores[:, 0].argmax(-1)
            return torch.stack([result.pred_masks[i, 0, k] for i, k in enumerate(chosen)])[:, None]
        mask = best("points")
        yes, no = dict(multimask_output=True), dict(multimask_output=False)
        self.forward("refine", ["a"], prompts["points"][1], no, dict(input_masks=mask), from_embeddings=True)
        if self.light:
            return
        self.forward("refine_multimask", ["a"], prompts["points"][1], yes, dict(input_masks=mask), from_embeddings=True)
        self.forward("refine_objects", ["a"], prompts["objects"][1], yes, dict(input_masks=mask))
        self.forward("refine_box", ["a"], prompts["box"][1], yes, dict(input_masks=mask))
        self.forward("refine_images", ["a", "b"], prompts["images"][1], no, dict(input_masks=best("images")), from_embeddings=True)
        size = mask.shape[-1]
        larger = torch.nn.functional.interpolate(mask, (size * 2 - 6, size + 10), mode="bicubic")
        self.forward("refine_resized", ["a"], prompts["single_point"][1], yes, dict(input_masks=larger))
        smaller = torch.nn.functional.interpolate(mask, (size - 5, size // 2), mode="bicubic")
        self.forward("refine_resized_up", ["a"], prompts["single_point"][1], yes, dict(input_masks=smaller))
        self.forward("mask_only", ["a"], {}, yes, dict(input_masks=mask))

    def record_guidance(self):
        """PerSAM's inputs."""
        draw = lambda *shape: torch.from_numpy(self.rng.normal(0, 1, shape).astype(np.float32))
        width, cells = self.model.mask_decoder.hidden_size, self.embeddings["a"][2].shape[-1] ** 2
        heads = self.model.mask_decoder.config.num_attention_heads
        yes, prompts = dict(multimask_output=True), self.prompts
        self.forward("target_embedding", ["a"], prompts["objects"][1], yes, dict(target_embedding=.7 * draw(1, 1, 1, width)))
        self.forward("attention_similarity", ["a"], prompts["single_point"][1], yes, dict(attention_similarity=2 * draw(1, 1, 1, cells)))
        if self.light:
            return
        boxes = self.process(["a"], prompts["objects_boxes"][1])
        self.forward("target_and_similarity", ["a"], prompts["objects_boxes"][1], yes,
            dict(target_embedding=.5 * draw(1, 3, 1, width), attention_similarity=2 * draw(3, 1, 1, cells)))
        with torch.no_grad():
            tokens = self.model.get_prompt_embeddings(input_boxes=boxes["input_boxes"])[0].shape[2] + self.model.mask_decoder.num_mask_tokens + 2
        self.forward("similarity_full", ["a"], prompts["objects_boxes"][1], yes, dict(attention_similarity=draw(3, heads, tokens, cells)))

    def record_stability(self):
        """A single-mask case on either side of the dynamic multimask threshold."""
        threshold, found = self.model.mask_decoder.dynamic_multimask_stability_thresh, {}
        for images, prompt, options in self.prompts.values():
            if len(images) != 1 or "input_points" not in prompt or len(prompt["input_points"][0]) != 1:
                continue
            scores = []
            original = self.model.mask_decoder._get_stability_scores
            self.model.mask_decoder._get_stability_scores = lambda logits: scores.append(original(logits)) or scores[-1]
            self.run(images, prompt, dict(multimask_output=False))
            del self.model.mask_decoder._get_stability_scores
            found.setdefault("stable" if float(scores[0].min()) >= threshold else "unstable", (images, prompt))
        height, width = self.images["a"].height, self.images["a"].width
        for _ in range(200):
            if len(found) == 2:
                break
            prompt = dict(input_points=[[[[float(int(self.rng.uniform(0, width))), float(int(self.rng.uniform(0, height)))]]]], input_labels=[[[int(self.rng.integers(0, 2))]]])
            scores = []
            original = self.model.mask_decoder._get_stability_scores
            self.model.mask_decoder._get_stability_scores = lambda logits: scores.append(original(logits)) or scores[-1]
            self.run(["a"], prompt, dict(multimask_output=False))
            del self.model.mask_decoder._get_stability_scores
            value = float(scores[0].min())
            if abs(value - threshold) > .002:
                found.setdefault("stable" if value >= threshold else "unstable", (["a"], prompt))
        for name, (images, prompt) in sorted(found.items()):
            self.forward(name, images, prompt, dict(multimask_output=False))

    def record_methods(self):
        golden, model, a = self.golden, self.model, self.pixels["a"]
        if self.light:
            return
        with torch.no_grad():
            is_hiera = hasattr(model.vision_encoder.backbone, "blocks")  # the reference has no hidden states of other backbones
            hidden = is_hiera and self.forward("hidden_states", ["a"], self.prompts["single_point"][1], dict(multimask_output=True, output_hidden_states=True), outputs=("vision_hidden_states",))
            assert not hidden or len(hidden.vision_hidden_states) == 1 + len(model.vision_encoder.backbone.blocks)
            golden.case("image_embeddings", "image_embeddings", images=["a"], inputs=dict(pixel_values=self.pixel_ref(["a"])), outputs=dict(image_embeddings=self.embedding_ref(["a"])))
            features = model.get_image_features(a, return_dict=True)
            golden.case("image_features", "image_features", images=["a"], inputs=dict(pixel_values=self.pixel_ref(["a"])), outputs=dict(
                last_hidden_state=golden.add("image_features/last_hidden_state", features.last_hidden_state),
                fpn_hidden_states=golden.add_list("image_features/fpn_hidden_states", features.fpn_hidden_states),
                fpn_position_encoding=golden.add_list("image_features/fpn_position_encoding", features.fpn_position_encoding, deflate=True)))
            golden.case("image_wide_positional_embeddings", "image_wide_positional_embeddings", outputs=dict(
                embeddings=golden.add("image_wide_positional_embeddings/embeddings", model.get_image_wide_positional_embeddings())))
            for name, source, mask in (("prompt_points", "odd_labels", False), ("prompt_box", "objects_boxes", False),
                                       ("prompt_box_and_points", "objects_boxes_and_points", False), ("prompt_mask", None, True), ("prompt_images", "ragged_both", False)):
                images, prompt, _ = self.prompts[source] if source else (["a"], {}, None)
                inputs = self.process(images, prompt)
                del inputs["pixel_values"]
                if mask:
                    inputs["input_masks"] = self.done["points"].pred_masks[:, 0, :1]
                sparse, dense = model.get_prompt_embeddings(**inputs)
                made = dict(dense_embeddings=golden.add(f"{name}/dense_embeddings", dense))
                if sparse is not None:
                    made["sparse_embeddings"] = golden.add(f"{name}/sparse_embeddings", sparse)
                golden.case(name, "prompt_embeddings", images=images, prompt=prompt, inputs={k: golden.add(f"{name}/{k}", v) for k, v in inputs.items()}, outputs=made)
            record_vision(golden, model.vision_encoder, a, self.pixel_ref(["a"]))
            if is_hiera:
                record_hiera(golden, model.vision_encoder.backbone, a, self.pixel_ref(["a"]))

    def record_attentions(self):
        """The softmax weights that the docstring promises; the reference returns the modules' outputs instead."""
        model, eager, seen = self.model, modeling.eager_attention_forward, []

        def recording(module, *args, **kwargs):
            output, weights = eager(module, *args, **kwargs)
            seen.append((module, weights))
            return output, weights

        images, prompt, options = self.prompts["ragged_points"]
        kinds = [model.config, model.config.mask_decoder_config, model.config.vision_config, model.config.vision_config.backbone_config]
        before = [config._attn_implementation for config in kinds]
        modeling.eager_attention_forward = recording
        for config in kinds:
            config._attn_implementation = "eager"
        result = self.run(images, prompt, options)
        modeling.eager_attention_forward = eager
        for config, kind in zip(kinds, before):
            config._attn_implementation = kind
        by_module = {id(module): weights for module, weights in seen}
        encoder = [by_module[id(block.attn)] for block in model.vision_encoder.backbone.blocks]
        decoder = [by_module[id(layer.cross_attn_image_to_token)] for layer in model.mask_decoder.transformer.layers]
        for weights in encoder + decoder:
            assert (weights.sum(-1) - 1).abs().max() < 1e-5
        inputs = {key: self.golden.add(f"attentions/{key}", value) for key, value in self.process(images, prompt).items() if key != "pixel_values"}
        self.golden.case("attentions", "attentions", images=images, prompt=prompt, options={**options, "output_attentions": True},
            inputs={"pixel_values": self.pixel_ref(images), **inputs},
            outputs=dict(iou_scores=self.golden.add("attentions/iou_scores", result.iou_scores), vision_attentions=self.golden.add_list("attentions/vision", encoder),
                mask_decoder_attentions=self.golden.add_list("attentions/decoder", decoder)))
