"""Times the reference's tracking on one video checkpoint and prints one JSON object: for the benchmark, side by side with ours.

    python run_video_reference.py --model DIR [--threads N] [--frames N] [--objects 1,4]

Frames are noise, ready as pixel values. Objects are clicked on frame 0; what it found is put down as the result of the frames after it too, so that
the memory is as full as it gets (`num_maskmem` memories, all pointers) without tracking there. The frames that are timed come after those, each
from pixel values to masks and new memories. Stages are the modules that do the work, in the seconds of all timed frames together; what is left of
a frame is "rest". Nothing is warmed up but by the click.
"""
import argparse
import json
import platform
import resource
import sys
import time

import torchvision_cpu  # noqa: F401  must come before transformers
import torch
import transformers
from transformers import EdgeTamVideoModel, Sam2VideoModel
from transformers.models.edgetam_video.modeling_edgetam_video import EdgeTamVideoInferenceSession
from transformers.models.sam2_video.modeling_sam2_video import Sam2VideoInferenceSession

from run_reference import gemm_peak, is_edgetam

STAGES = dict(encoder=["vision_encoder"], memoryAttention=["memory_attention"], videoDecoder=["prompt_encoder", "mask_decoder", "object_pointer_proj"], memoryEncoder=["memory_encoder", "spatial_perceiver"])


def watch(model, seconds):
    """Adds up the time of each stage's modules."""
    started = []
    for stage, names in STAGES.items():
        for name in names:
            module = getattr(model, name, None)
            if module is None:
                continue
            module.register_forward_pre_hook(lambda *_: started.append(time.perf_counter()))
            module.register_forward_hook(lambda *_, stage=stage: seconds.__setitem__(stage, seconds.get(stage, 0) + time.perf_counter() - started.pop()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--frames", type=int, default=2)
    parser.add_argument("--objects", default="1,4")
    options = parser.parse_args()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torch.manual_seed(0)
    if options.threads:
        torch.set_num_threads(options.threads)
    edge = is_edgetam(options.model)
    model = (EdgeTamVideoModel if edge else Sam2VideoModel).from_pretrained(options.model, dtype=torch.float32).eval()
    for tensor in model.parameters():
        tensor.sum()  # weights are mapped lazily
    size, reach = model.config.image_size, model.config.max_object_pointers_in_encoder
    seconds, runs = {}, {}
    watch(model, seconds)
    for objects in map(int, options.objects.split(",")):
        frames = torch.randn(reach + options.frames, 3, size, size)
        session = (EdgeTamVideoInferenceSession if edge else Sam2VideoInferenceSession)(video=frames, video_height=size, video_width=size, dtype=torch.float32)
        for number in range(objects):
            point = dict(point_coords=torch.rand(1, 1, 1, 2) * size, point_labels=torch.ones(1, 1, 1, dtype=torch.int32))
            session.add_point_inputs(session.obj_id_to_idx(number), 0, point)
        session.obj_with_new_inputs = list(range(objects))
        with torch.inference_mode():
            model(session, frame_idx=0)
            for number in range(objects):
                outputs = session.output_dict_per_obj[number]
                for frame in range(1, reach):
                    outputs["non_cond_frame_outputs"][frame] = outputs["cond_frame_outputs"][0]
                    session.frames_tracked_per_obj[number][frame] = dict(reverse=False)
            seconds.clear()
            each = []
            for frame in range(reach, reach + options.frames):
                start = time.perf_counter()
                model(session, frame_idx=frame)
                each.append(time.perf_counter() - start)
        runs[objects] = dict(frames=each, stages=dict(seconds))
        runs[objects]["stages"]["rest"] = sum(each) - sum(seconds.values())
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(dict(tool="transformers", transformers=transformers.__version__, torch=torch.__version__, python=platform.python_version(), threads=torch.get_num_threads(),
        imageSize=size, peakRssBytes=rss if sys.platform == "darwin" else rss * 1024, runs=runs, gemmGflops=round(gemm_peak(), 1))))


if __name__ == "__main__":
    main()
