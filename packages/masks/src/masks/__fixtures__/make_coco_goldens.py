"""Writes coco-rle.json: masks as pycocotools encodes them. Run: python make_coco_goldens.py coco-rle.json (pip install pycocotools)"""

import json
import sys

import numpy as np
from pycocotools import mask as coco

random = np.random.default_rng(0)
cases = []
for height, width, density in [(1, 1, 0), (1, 1, 1), (7, 5, 0.5), (20, 31, 0.1), (20, 31, 0.97), (16, 16, 1), (2, 300, 0.02)]:
    bits = (random.random((height, width)) < density).astype(np.uint8)
    cases.append(bits)
y, x = np.mgrid[:300, :400]
cases.append(((x - 200) ** 2 / 9 + (y - 150) ** 2 / 4 < 3000).astype(np.uint8))
large = np.zeros((3000, 2000), np.uint8)
large[100:2900, 700:1500] = 1
cases.append(large)
out = []
for bits in cases:
    rle = coco.encode(np.asfortranarray(bits))
    x0, y0, w, h = coco.toBbox(rle).tolist()
    flat = bits.flatten(order="F")
    change = np.flatnonzero(np.diff(flat)) + 1
    edges = np.concatenate([[0], change, [flat.size]])
    counts = np.diff(edges).tolist()
    if flat[0]:
        counts = [0] + counts
    other = coco.encode(np.asfortranarray(np.roll(bits, (1, 2), (0, 1))))
    iou = coco.iou([rle], [other], [0])[0, 0] if bits.any() else None
    out.append({
        "size": list(bits.shape), "counts": counts, "compressed": rle["counts"].decode(), "area": int(coco.area(rle)),
        "bbox": [x0, y0, w, h], "rolled": other["counts"].decode(), "iou": iou,
    })
json.dump({"pycocotools": "2.0.11", "cases": out}, open(sys.argv[1], "w"), indent=1)
