"""Checks exported ONNX files with onnx's own checker, and answers of Python's onnxruntime with those of other files.

Usage: check_exports.py FOLDER, with a list of cases in FOLDER/cases.json: {"file", "inputs": {name: {"file", "type", "dims"}}, "outputs": the same}
Prints a JSON line for each case: the largest difference of each output, over the largest number that is expected.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime


def read(folder, tensor):
    return np.fromfile(folder / tensor["file"], tensor["type"]).reshape(tensor["dims"])


def main(folder):
    for case in json.loads((folder / "cases.json").read_text()):
        path = folder / case["file"]
        onnx.checker.check_model(str(path), full_check=True)
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        inputs = {name: read(folder, tensor) for name, tensor in case.get("inputs", {}).items()}
        errors = {}
        if inputs:
            names = list(case["outputs"])
            for name, found in zip(names, session.run(names, inputs)):
                expected = read(folder, case["outputs"][name])
                span = max(float(np.abs(expected).max()), 1e-9)
                errors[name] = float(np.abs(found - expected).max()) / span
        print(json.dumps({"file": case["file"], "errors": errors}))


main(pathlib.Path(sys.argv[1]))
