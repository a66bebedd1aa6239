"""Writes a golden fixture: goldens.json (manifest) and goldens.bin (tensors). The format is described in ../README.md."""
import hashlib
import json
import os
import platform
import zlib

import numpy as np
import torch
import torchvision
import transformers

FORMAT = 1
ALIGNMENT = 8
FIXTURES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fixtures")
DTYPES = {"float32": np.float32, "uint8": np.uint8, "int32": np.int32}


def to_array(value):
    """Tensor or array as float32, uint8 (booleans too) or int32 (int64 too, checked for range), C-contiguous."""
    array = value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
    if array.dtype in (np.bool_, np.uint8):
        return np.ascontiguousarray(array, np.uint8)
    if array.dtype.kind in "iu":
        assert np.abs(array).max(initial=0) < 2**31
        return np.ascontiguousarray(array, np.int32)
    return np.ascontiguousarray(array, np.float32)


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Golden:
    """Collects cases and tensors of one fixture; a tensor with the same content as an earlier one is stored once."""

    def __init__(self, name, script, version, seed):
        self.meta = {
            "format": FORMAT, "name": name, "script": script, "version": version,
            "transformers": transformers.__version__, "torch": torch.__version__.split("+")[0],
            "torchvision": torchvision.__version__.split("+")[0], "python": platform.python_version(),
            "seed": seed, "checkpoint": None, "images": {},
        }
        self.cases, self.tensors, self.blob, self.known = {}, {}, bytearray(), {}

    def add(self, name, value, deflate=False):
        """Stores a tensor and returns the Ref to it."""
        array = to_array(value)
        dtype = next(key for key, kind in DTYPES.items() if array.dtype == kind)
        if dtype == "float32":
            assert np.isfinite(array).all(), f"{name} is not finite"
        key = (dtype, array.shape, hashlib.sha256(array.tobytes()).digest())
        if key in self.known:
            return self.known[key]
        assert name not in self.tensors, name
        data = zlib.compress(array.tobytes(), 9) if deflate else array.tobytes()
        self.blob.extend(bytes(-len(self.blob) % ALIGNMENT))
        entry = {"dtype": dtype, "dims": list(array.shape), "offset": len(self.blob), "byteLength": len(data)}
        if deflate:
            entry["encoding"] = "deflate"
        self.blob.extend(data)
        self.tensors[name] = entry
        self.known[key] = name
        return name

    def add_list(self, name, values, **options):
        return {"list": [self.add(f"{name}/{i}", value, **options) for i, value in enumerate(values)]}

    def case(self, name, kind, **fields):
        assert name not in self.cases, name
        self.cases[name] = {"kind": kind, **{key: value for key, value in fields.items() if value not in (None, {})}}

    def record_checkpoint(self, model_class, directory, names):
        files = {n: {"bytes": os.path.getsize(os.path.join(directory, n)), "sha256": sha256(os.path.join(directory, n))}
                 for n in sorted(names)}
        self.meta["checkpoint"] = {"class": model_class, "files": files}

    def write(self, out):
        os.makedirs(out, exist_ok=True)
        manifest = {**self.meta, "cases": self.cases, "tensors": self.tensors}
        with open(os.path.join(out, "goldens.json"), "w") as file:
            file.write(compact(manifest))
        with open(os.path.join(out, "goldens.bin"), "wb") as file:
            file.write(self.blob)
        total = sum(os.path.getsize(os.path.join(out, f)) for f in os.listdir(out) if os.path.isfile(os.path.join(out, f)))
        print(f"{self.meta['name']}: {len(self.cases)} cases, {len(self.tensors)} tensors, folder {total / 1e6:.2f} MB", flush=True)


def compact(manifest):
    """One line per case and per tensor: small, and a diff shows what changed."""
    def block(items):
        return "{\n" + ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in items.items()) + "\n }"
    lines = [f" {json.dumps(k)}: {block(v) if k in ('cases', 'tensors') and v else json.dumps(v)}" for k, v in manifest.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"
