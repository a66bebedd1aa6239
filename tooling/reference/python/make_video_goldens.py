"""Fixtures of the reference's Sam2VideoModel and EdgeTamVideoModel: a small checkpoint, moving pictures, and masks, scores and pointers of every step of twenty scenarios.

    python make_video_goldens.py                          all four
    python make_video_goldens.py --config video-a --seed 7 --out /tmp/held-out    other weights, pictures and clicks: a held-out case

Small random models are chaotic where a yes or no (is the object there, which mask is best, is a pixel inside) is near. A scenario is taken only when each
is clear, and when the reference with another attention kernel comes to nearly the same masks; else clicks are drawn again, then weights.
"""
import argparse
import os
import shutil

import torchvision_cpu  # noqa: F401  must come before transformers
import numpy as np
import torch
from transformers import Sam2ImageProcessor, Sam2VideoProcessor, Sam2VideoVideoProcessor

from goldens import FIXTURES as FOLDER
from goldens import Golden
from make_image_goldens import quiet
from video_model import FIXTURES, TooClose, Watch, calibrate, draw_model, make_config, round_to_half, set_attention
from video_scenarios import Scenarios, draw_frames, draw_masks

SCRIPT = "make_video_goldens.py"
VERSION = 1
LIMITS = dict(score=.01, iou=1e-3, stability=1e-3, pixel=1e-4)
NOISE = .02
ATTEMPTS, VARIANTS = 40, 20
DETAILED = {"click_six": ("memories", "conditioned"), "two_objects": ("memories",)}  # what else is kept
CALIBRATION = ("click_forward", "two_objects", "bidirectional", "mask", "box", "box_and_point", "append_click", "two_calls")


class Recorder:
    """Runs scenarios on the reference and hands each frame's result on."""

    def __init__(self, model, processor, frames, masks):
        self.model, self.processor, self.frames, self.masks = model, processor, frames, masks
        self.size, self.conditioned = tuple(frames.shape[1:3]), []
        model.memory_attention.register_forward_hook(lambda module, args, out: self.conditioned.append(out.reshape(-1, out.shape[-1])))

    def run(self, scenario):
        """{(step, frame): result} in order."""
        model, found = self.model, {}
        old = {key: model.get_parameter(key).data.clone() for key in scenario.get("weights", {})}
        for key, value in scenario.get("config", {}).items():
            setattr(model.config, key, value)
        for key, value in scenario.get("weights", {}).items():
            model.get_parameter(key).data.copy_(torch.tensor(value))
        try:
            with torch.no_grad():
                session = self.open(scenario["frames"])
                for i, step in enumerate(scenario["steps"]):
                    for output in self.step(session, step, scenario["frames"] == 0):
                        found[i, output.frame_idx] = self.result(session, output)
        finally:
            for key in scenario.get("config", {}):
                setattr(model.config, key, getattr(type(model.config)(), key))
            for key, value in old.items():
                model.get_parameter(key).data.copy_(value)
        return found

    def open(self, count):
        return self.processor.init_video_session(video=list(self.frames[:count])) if count else self.processor.init_video_session()

    def step(self, session, step, is_stream):
        if step["op"] == "add":
            prompt = dict(original_size=self.size) if is_stream else {}
            if "points" in step:
                prompt.update(input_points=[step["points"]], input_labels=[step["labels"]])
            if "boxes" in step:
                prompt.update(input_boxes=[step["boxes"]])
            if "masks" in step:
                prompt = dict(input_masks=[self.masks[name] for name in step["masks"]])
            self.processor.add_inputs_to_inference_session(session, step["frame"], list(step["ids"]), clear_old_inputs=step.get("clear", True), **prompt)
        elif step["op"] == "forward":
            self.conditioned = []
            yield self.model(session, frame_idx=step["frame"])
        elif step["op"] == "propagate":
            self.conditioned = []
            for output in self.model.propagate_in_video_iterator(session, start_frame_idx=step["start"], max_frame_num_to_track=step["count"], reverse=step["reverse"]):
                yield output
                self.conditioned = []
        else:
            self.conditioned = []
            pixels = self.processor(images=self.frames[step["frame"]], return_tensors="pt").pixel_values
            yield self.model(session, frame=pixels[0])

    def result(self, session, output):
        stored = []
        for index in range(len(output.object_ids)):
            outputs = session.output_dict_per_obj[index]
            stored.append(outputs["cond_frame_outputs"].get(output.frame_idx) or outputs["non_cond_frame_outputs"][output.frame_idx])
        features = [item["maskmem_features"] for item in stored if item.get("maskmem_features") is not None]
        memories = [(item[0] if hasattr(self.model, "spatial_perceiver") else item[:, 0]).float() for item in features]
        return dict(ids=list(output.object_ids), masks=output.pred_masks.squeeze(1).clone(), scores=output.object_score_logits.reshape(-1).clone(),
            pointers=torch.stack([item["object_pointer"].reshape(-1) for item in stored]), memories=torch.stack(memories) if len(memories) == len(stored) else None,
            conditioned=torch.stack(self.conditioned) if self.conditioned else None)


def clear_scenario(recorder, watch, draw):
    """A scenario that rounding does not change, with its result; None when no draw is clear."""
    reasons = []
    for _ in range(ATTEMPTS):
        scenario = draw()
        watch.clear()
        watch.limits = LIMITS
        try:
            found = recorder.run(scenario)
        except TooClose as reason:
            reasons.append(str(reason))
            continue
        finally:
            watch.limits = None
        margins = dict(watch.margins)
        set_attention(recorder.model, "eager")
        other = recorder.run(scenario)
        set_attention(recorder.model, "sdpa")
        noise = max(float((found[key]["masks"] - other[key]["masks"]).abs().max()) for key in found)
        if noise < NOISE:
            return dict(scenario, margins=dict(margins, noise=noise)), found
        reasons.append("noise")
    print("  too close:", {reason: reasons.count(reason) for reason in set(reasons)}, flush=True)
    return None


def calibrated(spec, seed, processor, frames, masks, rng):
    model = draw_model(make_config(spec), seed)
    set_attention(model, "sdpa")
    watch, recorder = Watch(model), Recorder(model, processor, frames, masks)
    scenarios = Scenarios(spec["frame_size"], rng)
    trial = {name: scenarios.draw(name, 0.) for name in CALIBRATION}
    for _ in range(2):
        watch.clear()
        for scenario in trial.values():
            recorder.run(scenario)
        calibrate(model, watch)
    round_to_half(model)
    bias = model.mask_decoder.pred_obj_score_head.proj_out.bias[0].item()
    tracked = list(recorder.run(trial["mask"]).values())[2:]
    bias -= float(np.median([float(result["scores"][0]) for result in tracked]))
    return recorder, watch, scenarios, bias


def make_fixture(name, spec, out):
    seed, size = spec["seed"], spec["image_size"]
    image_processor = Sam2ImageProcessor(size=dict(height=size, width=size), mask_size=dict(height=size // 4, width=size // 4))
    processor = Sam2VideoProcessor(image_processor, Sam2VideoVideoProcessor(size=dict(height=size, width=size)))
    for variant in range(VARIANTS):
        rng = np.random.default_rng([seed, variant])
        frames, masks = draw_frames(spec["frame_size"], rng), draw_masks(spec["frame_size"])
        recorder, watch, scenarios, bias = calibrated(spec, seed * 100 + variant, processor, frames, masks, rng)
        done = {}
        for scenario in scenarios.draw(None, bias):
            result = clear_scenario(recorder, watch, lambda: scenarios.draw(scenario, bias))
            if result is None:
                print(f"{name}: weights {variant} are not clear in {scenario} after {len(done)}", flush=True)
                break
            done[scenario] = result
        else:
            write(name, spec, out, recorder, frames, masks, done)
            return
    raise SystemExit(f"{name}: no weights of this seed are clear")


def write(name, spec, out, recorder, frames, masks, done):
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    recorder.model.save_pretrained(out, state_dict={key: tensor.half() if tensor.is_floating_point() else tensor for key, tensor in recorder.model.state_dict().items()})
    recorder.processor.save_pretrained(out)
    for file in os.listdir(out):
        os.chmod(os.path.join(out, file), 0o644)
    golden = Golden(name, SCRIPT, VERSION, spec["seed"])
    golden.add("frames", frames, deflate=True)
    pixels = recorder.processor(images=list(frames), return_tensors="pt", do_rescale=False, do_normalize=False).pixel_values
    golden.add("resized_frames", pixels.round().to(torch.uint8), deflate=True)
    for key, mask in masks.items():
        golden.add(f"mask/{key}", mask, deflate=True)
    for scenario, (description, found) in done.items():
        outputs, ids = {}, {}
        for (step, frame), result in found.items():
            at = f"{step}/{frame}"
            ids[at] = result["ids"]
            kept = ("masks", "scores", "pointers", *DETAILED.get(scenario, ()))
            for part in kept:
                if result[part] is not None:
                    outputs[f"{at}/{part}"] = golden.add(f"{scenario}/{at}/{part}", result[part], deflate=part != "scores")
        golden.case(scenario, "video", options=description, outputs=outputs, facts=dict(ids=ids))
        report(scenario, description, found)
    masks6 = done["click_six"][1][2, 3]["masks"][:, None]
    posted = recorder.processor.post_process_masks([masks6], original_sizes=[list(spec["frame_size"])], binarize=False)[0]
    golden.case("post_process", "post_process_masks", inputs=dict(masks={"list": [golden.add("post_process/masks", masks6)]}),
        options=dict(original_sizes=[list(spec["frame_size"])], binarize=False), outputs=dict(masks={"list": [golden.add("post_process/result", posted, deflate=True)]}))
    golden.record_checkpoint(type(recorder.model).__name__, out, ["config.json", "model.safetensors"])
    golden.write(out)


def report(scenario, description, found):
    """What a person should look at before committing: are masks neither full nor empty, is the object seen, is every choice clear?"""
    shares = [round(float((mask > 0).float().mean()), 2) for result in found.values() for mask in result["masks"]]
    hidden = sum(float(score) <= 0 for result in found.values() for score in result["scores"])
    print(f"  {scenario}: inside {min(shares)}..{max(shares)}, hidden {hidden} of {len(shares)},", {k: float(f"{v:.2g}") for k, v in description["margins"].items()}, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", choices=sorted(FIXTURES))
    parser.add_argument("--seed", type=int, help="instead of the config's own")
    parser.add_argument("--out", default=FOLDER, help="folder that gets one folder per fixture")
    options = parser.parse_args()
    quiet()
    for name in [options.config] if options.config else sorted(FIXTURES):
        spec = dict(FIXTURES[name], **({} if options.seed is None else dict(seed=options.seed)))
        make_fixture(name, spec, os.path.join(options.out, name))


if __name__ == "__main__":
    main()
