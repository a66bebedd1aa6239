"""Writes arrays.json: what Sam2ImageProcessor makes of images that are arrays.

    PYTHONPATH=<folder of torchvision_cpu> python make_arrays.py
    (transformers 5.23.0, torch 2.13.0, torchvision 0.28.0)

Inputs are made by a formula, the same in arrays.test.ts: value i of an array is ((7919 * i + 31 * (i // 8)) % 251) / 250, times the largest
number of its kind.
"""

import importlib
import json
import pathlib

import numpy as np
import torch

if importlib.util.find_spec("torchvision_cpu"):  # a CPU-only torch cannot load torchvision's operators
    importlib.import_module("torchvision_cpu")
from transformers import Sam2ImageProcessor  # noqa: E402

SIZE = {"size": {"height": 6, "width": 5}}
RAW = {"do_rescale": False, "do_normalize": False}
LARGEST = {"uint8": 255, "uint16": 65535, "int32": 65535, "float32": 1, "float64": 1}


def array(kind, *dims):
    i = np.arange(int(np.prod(dims)))
    values = ((7919 * i + 31 * (i // 8)) % 251) / 250 * LARGEST[kind]
    return np.floor(values).astype(kind).reshape(dims) if "float" not in kind else values.astype(kind).reshape(dims)


CASES = [
    ("uint8", (9, 11, 3), {}),
    ("uint8", (3, 9, 11), {}),
    ("uint8", (3, 9, 11), RAW),
    ("uint8", (3, 9, 3), {}),  # ambiguous: channels first
    ("uint8", (3, 9, 3), {"input_data_format": "channels_last"}),
    ("uint8", (9, 11, 1), {}),
    ("uint8", (1, 9, 11), {}),
    ("uint8", (2, 9, 11, 3), {}),
    ("uint8", (2, 3, 9, 11), {}),
    ("uint8", (4, 4, 3, 3), {"input_data_format": "channels_first"}),
    ("float32", (9, 11, 3), {}),
    ("float32", (9, 11, 3), {"do_rescale": False}),
    ("float32", (3, 9, 11), {"do_rescale": False}),
    ("float32", (3, 9, 11), {"do_rescale": False, "resample": 3}),
    ("float32", (3, 9, 11), {"do_rescale": False, "resample": 0}),
    ("float32", (3, 9, 11), RAW),
    ("float32", (3, 6, 5), {"do_rescale": False}),
    ("float32", (3, 9, 11), {"do_normalize": False}),
    ("float32", (1, 9, 11), {"do_rescale": False}),
    ("float32", (3, 9, 11), {"do_rescale": False, "do_center_crop": True, "crop_size": {"height": 8, "width": 4}}),
    ("float64", (3, 9, 11), {"do_rescale": False}),
    ("uint16", (9, 11, 3), {"rescale_factor": 1 / 65535}),
    ("uint16", (3, 9, 11), {"rescale_factor": 1 / 65535}),
    ("int32", (9, 11, 3), {"rescale_factor": 1 / 65535}),
    ("uint8", (9, 11, 4), {}),
    ("uint8", (4, 9, 11), {}),
    ("float32", (9, 11, 4), {"do_rescale": False}),
]

cases = []
for kind, dims, options in CASES:
    processor = Sam2ImageProcessor(**SIZE)
    result = processor(array(kind, *dims), return_tensors="pt", **options)
    cases.append(
        {
            "type": kind,
            "dims": dims,
            "options": options,
            "sizes": [list(map(int, size)) for size in result["original_sizes"]],
            "outDims": list(result["pixel_values"].shape),
            "outType": str(result["pixel_values"].dtype).removeprefix("torch."),
            "values": [float(np.float32(v)) for v in result["pixel_values"].flatten().tolist()],
        }
    )
for case in cases:
    case["values"] = [float(f"{v:.9g}") for v in case["values"]]
text = ",\n".join(json.dumps(case) for case in cases)
pathlib.Path(__file__).with_name("arrays.json").write_text("[\n" + text + "\n]\n")
