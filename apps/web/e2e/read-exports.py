"""Reads what `pnpm scenario` exported with the programs that data sets are for, and compares it with what was on screen.

    SAM2JS_EXPORTS=/tmp/exports pnpm --filter @sam2js/web scenario
    pip install pycocotools ultralytics datumaro label-studio-sdk pillow
    python e2e/read-exports.py /tmp/exports

Run with Python 3.11, pycocotools 2.0.11, ultralytics 8.4.190, datumaro 1.13.12, label-studio-sdk 2.1.2.
"""

import contextlib
import csv
import io
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

FOLDER = Path(sys.argv[1])
CLASSES = ["cat", "tom & jerry"]
# YOLO's polygons lie within a pixel of the border.
LEAST_IOU = 0.9

seen = json.loads((FOLDER / "on-screen.json").read_text())
names = []
for i in range(len(seen)):
    stem = "image" if i % 7 == 6 else f"img {i + 1}"
    copies = sum(name == stem or name.startswith(f"{stem}-") for name in names)
    names.append(f"{stem}-{copies + 1}" if copies else stem)
truth = {
    name: [(each["label"], coco_mask.decode({"size": each["size"], "counts": each["counts"].encode()})) for each in objects]
    for name, objects in zip(names, seen)
}
total = sum(len(objects) for objects in truth.values())


def unzipped(name):
    folder = FOLDER / name
    with zipfile.ZipFile(FOLDER / f"{name}.zip") as archive:
        archive.extractall(folder)
    return folder


def check(title, found, same=np.array_equal):
    """`found` has for each photo's name its objects, as (class, mask), in their order."""
    count = 0
    for name, objects in truth.items():
        assert len(found.get(name, [])) == len(objects), (title, name, len(found.get(name, [])), len(objects))
        for (label, mask), (own, bits) in zip(objects, found.get(name, [])):
            assert own == label, (title, name, own, label)
            assert same(mask.astype(bool), bits.astype(bool)), (title, name)
            count += 1
    assert set(found) <= set(truth), (title, set(found) - set(truth))
    assert count == total
    print(f"{title}: {len(truth)} photos, {count} objects")


def overlap(a, b):
    return (a & b).sum() / max(1, (a | b).sum()) >= LEAST_IOU


def covered(objects):
    """Of each object what no smaller one has, as in maps of numbers."""
    order = sorted(range(len(objects)), key=lambda i: objects[i][1].sum())
    free, left = np.ones(objects[0][1].shape, bool) if objects else None, {}
    for i in order:
        left[i] = objects[i][1].astype(bool) & free
        free &= ~objects[i][1].astype(bool)
    return [(objects[i][0], left[i]) for i in range(len(objects))]


def coco():
    found = {}
    for file in sorted(unzipped("coco").glob("annotations/*.json")):
        with contextlib.redirect_stdout(io.StringIO()):
            data = COCO(str(file))
        classes = {each["id"]: each["name"] for each in data.loadCats(data.getCatIds())}
        assert list(classes.values()) == CLASSES, classes
        for image in data.imgs.values():
            annotations = data.loadAnns(data.getAnnIds(image["id"]))
            found[Path(image["file_name"]).stem] = [(classes[a["category_id"]], data.annToMask(a)) for a in annotations]
            assert (FOLDER / "coco" / file.stem.split("_")[1] / image["file_name"]).is_file()
    check("COCO by pycocotools", found)


def yolo():
    from ultralytics.data.utils import check_det_dataset
    from ultralytics.data.dataset import YOLODataset

    folder = unzipped("yolo")
    text = (folder / "data.yaml").read_text().replace("path: .", f"path: {folder}")
    (folder / "data.yaml").write_text(text)
    data = check_det_dataset(str(folder / "data.yaml"))
    assert list(data["names"].values()) == CLASSES, data["names"]
    found, negatives = {}, 0
    for side in ("train", "val"):
        dataset = YOLODataset(img_path=data[side], data=data, task="segment", augment=False)
        for label in dataset.labels:
            height, width = label["shape"]
            objects = []
            for number, segment in zip(label["cls"].ravel(), label["segments"]):
                ring = (segment * [width, height]).ravel().tolist()
                objects.append((data["names"][int(number)], coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects([ring], height, width)))))
            negatives += not objects
            found[Path(label["im_file"]).stem] = objects
    assert negatives == sum(not objects for objects in truth.values())
    check("YOLO by ultralytics", found, overlap)


def datumaro(kind, folder, title):
    import datumaro as dm

    found = {}
    data = dm.Dataset.import_from(str(folder), kind)
    labels = data.categories()[dm.AnnotationType.label]
    for item in data:
        masks = [each for each in item.annotations if each.type == dm.AnnotationType.mask]
        # A photo is on its side and in `trainval`.
        found[Path(item.id).name] = [
            (labels[each.label].name, np.asarray(each.image))
            for each in sorted(masks, key=lambda a: (a.z_order, a.id, a.group))
        ]
    return found, title


def voc():
    # Its masks are maps of numbers.
    found, title = datumaro("voc_instance_segmentation", unzipped("voc"), "Pascal VOC by datumaro")
    global truth
    whole, truth = truth, {name: covered(objects) for name, objects in truth.items()}
    check(title, found)
    truth = whole


def cvat():
    check(*reversed(datumaro("cvat", unzipped("cvat"), "CVAT by datumaro")))


def label_studio():
    from label_studio_sdk.converter.brush import decode_rle

    tasks = json.loads(next(unzipped("labelstudio").glob("*.json")).read_text())
    found = {}
    for task in tasks:
        objects = []
        for region in task["annotations"][0]["result"]:
            size = (region["original_height"], region["original_width"], 4)
            pixels = np.reshape(decode_rle(region["value"]["rle"]), size)[:, :, 3]
            objects.append((region["value"]["brushlabels"][0], pixels > 0))
        found[Path(task["data"]["image"]).stem] = objects
    check("Label Studio by label-studio-sdk", found)


def maps():
    for kind, table in (("ids", "objects.csv"), ("labels", "legend.csv")):
        folder, found = unzipped(kind), {}
        with open(folder / table, newline="") as file:
            for row in csv.DictReader(file):
                image = Image.open(folder / row["file"])
                if kind == "ids":
                    assert image.mode in ("P", "L")
                    bits = np.array(image) == int(row["value"])
                else:
                    color = [int(row["colour"][i : i + 2], 16) for i in (1, 3, 5)]
                    bits = (np.array(image.convert("RGB")) == color).all(axis=2)
                stem = row["file"].rsplit("-", 1)[0]
                found.setdefault(stem, []).append((row["class"], bits))
        global truth
        whole, truth = truth, {name: covered(objects) for name, objects in truth.items()}
        check(f"{kind} by Pillow", found)
        truth = whole
    folder = unzipped("classmap")
    for name, objects in truth.items():
        expected = np.zeros(objects[0][1].shape, np.uint8) if objects else None
        for label, bits in covered(objects):
            expected[bits] = 1 + CLASSES.index(label)
        file = folder / f"{name}-classes.png"
        assert file.is_file() == bool(objects)
        if objects:
            assert np.array_equal(np.array(Image.open(file)), expected), name
    print("Class masks by Pillow")


for read in (coco, yolo, cvat, voc, label_studio, maps):
    read()
