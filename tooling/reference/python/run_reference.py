"""Times the reference on one checkpoint and prints one JSON object: for the benchmark, side by side with ours.

    python run_reference.py --model DIR [--image FILE] [--threads N] [--repeat N] [--steps load,encode,click,prompts16,…]
        [--generate '{"points_per_crop": 8}']

Steps: `load` (from_pretrained to a model that can run; once), `encode` (image embeddings of ready pixel values), `click` (one point, three
masks, from embeddings), `prompts16`, `prompts64` (that many points in one call), `masks64` (64 x 3 masks to the size of the image, binary),
`generate` (the mask-generation pipeline on the image). Seconds: median of --repeat after one run that is not counted (`generate`, `masks64` and
`prompts64`: half as often, at least once). `peakRssBytes` after each step is the process's maximum until then, so the order matters.
"""
import argparse
import json
import os
import platform
import resource
import statistics
import sys
import time

STARTED = time.perf_counter()
import torchvision_cpu  # noqa: E402  must come before transformers
import torch  # noqa: E402
import torchvision  # noqa: E402
import transformers  # noqa: E402
from PIL import Image  # noqa: E402
from transformers import EdgeTamModel, Sam2ImageProcessor, Sam2Model, pipeline  # noqa: E402

IMPORT_SECONDS = time.perf_counter() - STARTED
STEPS = ("load", "encode", "click", "prompts16", "prompts64", "masks64", "generate")


def peak_rss():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def measure(work, repeat, warm=True):
    if warm:
        work()
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return dict(seconds=statistics.median(seconds), best=min(seconds), all=[round(s, 5) for s in seconds], peakRssBytes=peak_rss())


def gemm_peak(size=2048):
    """GFLOP/s of a square matrix product on the same threads: what a share of the peak is a share of."""
    a, b = torch.randn(size, size), torch.randn(size, size)
    torch.mm(a, b)
    best = min(measure(lambda: torch.mm(a, b), 5, warm=False)["all"])
    return 2 * size**3 / best / 1e9


def is_edgetam(folder):
    with open(os.path.join(folder, "config.json")) as file:
        return json.load(file)["model_type"].startswith("edgetam")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--image", help="default: a picture of noise, 1500 x 2250")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--steps", default=",".join(STEPS[:-1]))
    parser.add_argument("--generate", default='{"points_per_crop": 8}', help="options of the pipeline, JSON")
    options = parser.parse_args()
    steps = options.steps.split(",")
    unknown = [step for step in steps if step not in STEPS]
    if unknown:
        parser.error(f"unknown steps {unknown}")
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torchvision.ops.boxes.nms = torchvision_cpu.nms
    torch.manual_seed(0)
    if options.threads:
        torch.set_num_threads(options.threads)
    seldom, result = max(1, options.repeat // 2), {}
    image = Image.open(options.image).convert("RGB") if options.image else Image.frombytes("RGB", (2250, 1500), torch.randint(0, 256, (1500 * 2250 * 3,), dtype=torch.uint8).numpy().tobytes())

    start = time.perf_counter()
    model_class = EdgeTamModel if is_edgetam(options.model) else Sam2Model
    model = model_class.from_pretrained(options.model, dtype=torch.float32).eval()
    for tensor in model.parameters():
        tensor.sum()  # weights are mapped lazily: loaded means read
    loaded = time.perf_counter() - start
    if "load" in steps:
        result["load"] = dict(seconds=loaded, all=[round(loaded, 5)], peakRssBytes=peak_rss())
    processor = Sam2ImageProcessor.from_pretrained(options.model)
    with torch.inference_mode():
        pixels = processor(images=image, return_tensors="pt").pixel_values
        embeddings = model.get_image_embeddings(pixels)
        size = pixels.shape[-1]

        def prompts(count):
            points = torch.rand(1, count, 1, 2) * size
            labels = torch.ones(1, count, 1, dtype=torch.int64)
            return lambda: model(image_embeddings=list(embeddings), input_points=points, input_labels=labels, multimask_output=True)

        if "encode" in steps:
            result["encode"] = measure(lambda: model.get_image_embeddings(pixels), options.repeat, warm=False)  # it has run just above
        if "click" in steps:
            result["click"] = measure(prompts(1), options.repeat * 5)
        if "prompts16" in steps:
            result["prompts16"] = measure(prompts(16), options.repeat)
        if "prompts64" in steps:
            result["prompts64"] = measure(prompts(64), seldom, warm=False)
        if "masks64" in steps:
            logits = torch.randn(1, 64, 3, size // 4, size // 4)
            result["masks64"] = measure(lambda: processor.post_process_masks(logits, [[image.height, image.width]]), seldom, warm=False)
    if "generate" in steps:
        generator = pipeline("mask-generation", model=model, image_processor=processor, device="cpu")
        chosen, found = json.loads(options.generate), []
        result["generate"] = measure(lambda: found.append(len(generator(image, **chosen)["masks"])), seldom, warm=False)
        result["generate"].update(masks=found[-1], options=chosen)
    print(json.dumps(dict(tool="transformers", transformers=transformers.__version__, torch=torch.__version__, python=platform.python_version(), threads=torch.get_num_threads(),
        model=options.model, image=[image.height, image.width], imageSize=size, importSeconds=round(IMPORT_SECONDS, 3), steps=result, gemmGflops=round(gemm_peak(), 1))))


if __name__ == "__main__":
    main()
