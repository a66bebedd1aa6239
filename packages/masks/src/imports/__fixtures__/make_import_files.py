"""Writes import-files.json: files of annotations as pycocotools, label-studio-sdk and Pillow write them, with the masks that they hold.

Run with Python 3.11, pycocotools 2.0.11, label-studio-sdk 2.1.2, Pillow 13.0.0, numpy 2.4.6: python make_import_files.py
"""

import base64
import io
import json
import tempfile
from pathlib import Path

import numpy as np
from label_studio_sdk.converter.brush import mask2rle
from label_studio_sdk.converter.converter import Converter
from label_studio_sdk.converter.imports.coco import convert_coco_to_ls
from PIL import Image
from pycocotools import mask as coco_mask

H, W = 40, 60
random = np.random.default_rng(20)


def rle(bits):
    made = coco_mask.encode(np.asfortranarray(bits.astype(np.uint8)))
    return {"size": [H, W], "counts": made["counts"].decode()}


def filled(rings):
    return rle(coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects(rings, H, W))))


def ring(corners):
    """Some corners lie outside of the image, some twice at one place."""
    points = random.uniform([-6, -6], [W + 6, H + 6], (corners, 2)).round(2)
    points[-1] = points[-2]
    return points.ravel().tolist()


# COCO: rings of one part and several, run lengths of both forms, a crowd, a box alone.
bits = random.random((H, W)) > 0.7
blob = np.zeros((H, W), np.uint8)
blob[4:30, 7:19] = 1
blob[10:14, 9:12] = 0
rings = [[ring(5)], [ring(9), ring(4)], [[0, 0, 60, 0, 60, 40, 0, 40]], [[3, 2, 9, 2, 9, 8, 3, 8]]]
counts = coco_mask.frPyObjects({"size": [H, W], "counts": [100, 30, 2270]}, H, W)
segmentations = [*rings, rle(bits), {"size": [H, W], "counts": [100, 30, 2270]}]
coco_masks = [*[filled(each) for each in rings], rle(bits), rle(coco_mask.decode(counts))]
coco = {
    "images": [{"id": 7, "file_name": "train/first.jpg", "width": W, "height": H}, {"id": 9, "file_name": "empty.jpg", "width": W, "height": H}],
    "categories": [{"id": 18, "name": "dog"}, {"id": 3, "name": "car"}],
    "annotations": [
        {"id": i, "image_id": 7, "category_id": 3 if i % 2 else 18, "segmentation": s, "iscrowd": int(isinstance(s, dict)), "bbox": [0, 0, 1, 1], "area": 1}
        for i, s in enumerate(segmentations)
    ]
    + [
        {"id": 50, "image_id": 7, "category_id": 18, "segmentation": [], "bbox": [10.5, 4, 20, 12.25], "iscrowd": 0, "area": 245},
        {"id": 51, "image_id": 1000, "category_id": 18, "segmentation": [], "bbox": [0, 0, 1, 1], "iscrowd": 0, "area": 1},
        {"id": 52, "image_id": 7, "category_id": 18, "segmentation": [], "iscrowd": 0, "area": 1},
    ],
}

# Label Studio: a brush, a polygon, boxes upright and turned, an ellipse, a cancelled annotation, a prediction alone.
size = {"original_width": W, "original_height": H, "image_rotation": 0}


def region(name, kind, value, label):
    return {"id": name, "type": kind, "from_name": kind, "to_name": "image", **size, "value": {**value, kind: [label]}}


polygon = [[5, 10], [50, 20], [40, 90]]
results = [
    region("a", "brushlabels", {"format": "rle", "rle": mask2rle(blob * 255)}, "dog"),
    region("b", "polygonlabels", {"points": polygon, "closed": True}, "car"),
    region("c", "rectanglelabels", {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0}, "dog"),
    {"id": "d", "type": "choices", "from_name": "c", "to_name": "image", "value": {"choices": ["blurred"]}},
    region("e", "ellipselabels", {"x": 50, "y": 50, "radiusX": 20, "radiusY": 30, "rotation": 0}, "car"),
]
tasks = [
    {
        "id": 1,
        "file_upload": "0a1b2c3d-my_first.jpg",
        "data": {"image": "/data/upload/1/0a1b2c3d-my_first.jpg"},
        "annotations": [{"id": 1, "was_cancelled": True, "result": results[:1]}, {"id": 2, "was_cancelled": False, "result": results}],
        "predictions": [],
    },
    {"id": 2, "data": {"image": "/data/local-files/?d=photos%2Fsecond.jpg"}, "annotations": [], "predictions": [{"id": 3, "result": results[1:2]}]},
]
polygon_ring = [v / 100 * s for x, y in polygon for v, s in ((x, W), (y, H))]
y, x = np.mgrid[0:H, 0:W] + 0.5
ellipse = ((x - 30) / 12) ** 2 + ((y - 20) / 12) ** 2 <= 1

# What Label Studio's own converter makes of such tasks, and of COCO.
CONFIG = """<View><Image name="image" value="$image"/><PolygonLabels name="label" toName="image"><Label value="dog"/><Label value="car"/></PolygonLabels></View>"""
with tempfile.TemporaryDirectory() as folder:
    root = Path(folder)
    plain = [{**tasks[0], "annotations": [{"id": 2, "completed_by": 1, "result": [{**results[1], "from_name": "label"}]}]}]
    plain[0]["data"] = {"image": "first.jpg"}
    (root / "tasks.json").write_text(json.dumps(plain))
    for name in ("coco", "yolo"):
        converter = Converter(CONFIG, str(root), download_resources=False)
        getattr(converter, f"convert_to_{name}")(str(root / "tasks.json"), str(root / name), is_dir=False)
    written = {str(each.relative_to(root)): each.read_text() for each in root.rglob("*") if each.is_file() and each.parts[-2] != root.name and each.suffix in (".json", ".txt")}
    source = {**coco, "annotations": [{**coco["annotations"][2]}, {**coco["annotations"][3]}]}
    (root / "coco.json").write_text(json.dumps(source))
    convert_coco_to_ls(str(root / "coco.json"), str(root / "from-coco.json"), out_type="annotations")
    from_coco = json.loads((root / "from-coco.json").read_text())

# Masks.
labels = np.zeros((H, W), np.uint8)
labels[2:9, 3:12] = 1
labels[5:16, 14:22] = 2
labels[12:38, 30:58] = 7
PALETTE = [0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0, 0, 0, 128, 128, 0, 128, 0, 128, 128, 128, 128, 128]
void = labels.copy()
void[0, :] = 255


def png(array, palette=None, mode=None):
    image = Image.fromarray(array, mode) if palette is None else Image.fromarray(array)
    if palette is not None:
        image.putpalette(palette + [0] * (768 - len(palette) - 3) + [224, 224, 192])
    out = io.BytesIO()
    image.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


colors = np.array(PALETTE, np.uint8).reshape(-1, 3)[labels]
cut_out = np.dstack([colors, (labels == 7) * np.uint8(255)])
masks = {
    "palette": png(void, PALETTE),
    "grey": png(labels),
    "grey16": png(labels.astype(np.uint16) * 300),
    "colors": png(np.ascontiguousarray(colors)),
    "binary": png((labels > 0) * np.uint8(255)),
    "bits": png(labels > 0),
    "alpha": png(np.ascontiguousarray(cut_out)),
}

Path(__file__).with_name("import-files.json").write_text(
    json.dumps(
        {
            "coco": {"file": coco, "masks": coco_masks},
            "labelStudio": {"file": tasks, "brush": rle(blob), "polygon": filled([polygon_ring]), "ellipse": rle(ellipse)},
            "converted": {"files": written, "mask": filled([polygon_ring]), "tasks": from_coco, "tasksMasks": coco_masks[2:4]},
            "masks": {"files": masks, "regions": {str(v): rle(labels == v) for v in (1, 2, 7)}, "all": rle(labels > 0)},
        }
    )
)
