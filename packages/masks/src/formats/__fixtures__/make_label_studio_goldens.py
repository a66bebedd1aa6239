"""Writes label-studio.json: masks as label-studio-sdk packs them (it may choose other forms for a run than we do).

Run: pip install label-studio-sdk==2.1.2, then python make_label_studio_goldens.py label-studio.json
"""

import json
import sys

import numpy as np
from label_studio_sdk.converter.brush import mask2rle

random = np.random.default_rng(0)
cases = []
for height, width, density in [(1, 1, 1), (5, 7, 0.5), (9, 13, 0.1), (3, 40, 0.97), (6, 6, 0)]:
    bits = (random.random((height, width)) < density).astype(np.uint8)
    cases.append({"size": [height, width], "bits": bits.flatten().tolist(), "rle": mask2rle(bits * 255)})
with open(sys.argv[1], "w") as file:
    json.dump({"label_studio_sdk": "2.1.2", "cases": cases}, file)
