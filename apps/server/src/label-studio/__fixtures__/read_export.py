"""Reads masks as Label Studio's own code does, for genuine.test.ts.

Input on stdin: {"size": [height, width], "rle": [...], "rings": [[x, y, ...], ...]}
Output on stdout: {"brush": [...], "coco": [...]}, places of the pixels inside, row by row.
"""

import json
import sys

import cv2
import numpy as np
from label_studio_sdk.converter import brush

asked = json.load(sys.stdin)
height, width = asked["size"]
alpha = brush.decode_rle(asked["rle"]).reshape(height, width, 4)[:, :, 3]
filled = np.zeros((height, width), np.uint8)
for ring in asked["rings"]:
    # Its exporter writes the centres of border pixels, as OpenCV finds them: filled by OpenCV they are the mask again.
    cv2.fillPoly(filled, [np.array(ring, np.int32).reshape(-1, 2)], 1)
json.dump({"brush": np.flatnonzero(alpha).tolist(), "coco": np.flatnonzero(filled).tolist()}, sys.stdout)
