"""Writes upsample.json: PyTorch's bilinear resize of seeded logits. Run: python make_upsample_goldens.py upsample.json

Large results are recorded as their SHA-256: from 32,768 elements on PyTorch 2.13.0 takes one and the same loop (CPU with
AVX2). Smaller ones take loops that round otherwise in the last bit, so they are recorded in full and compared with a tolerance.
"""

import base64
import hashlib
import json
import sys

import torch
import torch.nn.functional as F

SIZES = [
    ((8, 8), (37, 53)), ((16, 12), (5, 7)), ((7, 9), (7, 9)), ((1, 1), (3, 4)), ((3, 2), (50, 1)),
    ((8, 8), (120, 180)), ((32, 32), (200, 301)), ((48, 32), (333, 222)), ((32, 32), (1200, 1800)),
]

generator = torch.Generator().manual_seed(0)
cases = []
for (h, w), (height, width) in SIZES:
    masks = torch.randn(1, 3, h, w, generator=generator) * 10
    resized = F.interpolate(masks, (height, width), mode="bilinear", align_corners=False)
    expected = resized[0, 0].contiguous().numpy().tobytes()
    case = {"from": [h, w], "to": [height, width]}
    case["logits"] = base64.b64encode(masks[0, 0].contiguous().numpy().tobytes()).decode()
    if resized.numel() < 32768:
        case["expected"] = base64.b64encode(expected).decode()
    else:
        case["sha256"] = hashlib.sha256(expected).hexdigest()
    cases.append(case)
with open(sys.argv[1], "w") as file:
    json.dump({"torch": torch.__version__, "seed": 0, "cases": cases}, file, indent=1)
