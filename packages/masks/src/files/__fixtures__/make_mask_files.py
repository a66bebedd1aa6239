"""Writes mask-files.json: the same small label map in every form in which Pillow and numpy save masks, base64 each.

Run with Python 3.13, Pillow 13.0.0, numpy 2.4.6: python make_mask_files.py
`labels` are the numbers, row by row; files named `labels_...` hold them, files named `mask_...` hold where they are not 0.
"""

import base64
import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

H, W = 20, 30
labels = np.zeros((H, W), np.uint8)
labels[2:9, 3:12] = 1
labels[5:16, 14:22] = 2
labels[12:18, 2:9] = 7
mask = labels > 0


def png(image, **options):
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def pack(rows, depth):
    """Lines without filter, `depth` bits a sample; Pillow writes neither interlaced files nor all depths."""
    out = b""
    for row in rows:
        bits = "".join(format(int(value), f"0{depth}b") for value in np.ravel(row))
        bits += "0" * (-len(bits) % 8)
        out += b"\0" + bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
    return out


def raw_png(samples, depth, color, interlaced=False, extra=b""):
    height, width = samples.shape[:2]
    if interlaced:
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in PASSES]
        data = b"".join(pack(part, depth) for part in parts if part.size)
    else:
        data = pack(samples, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


palette = Image.fromarray(labels).convert("P")
palette.putdata(labels.ravel().tolist())
palette.putpalette([0, 0, 0, 128, 0, 0, 0, 20, 0, 5, 5, 5, 9, 9, 9, 1, 1, 1, 2, 2, 2, 0, 0, 255])
photo = np.random.default_rng(5).integers(0, 256, (H, W, 3), np.uint8)
alpha = (mask * 255).astype(np.uint8)
colors = np.array([[0, 0, 0], [40, 0, 0], [0, 255, 0], [0, 0, 90]] + [[0, 0, 0]] * 3 + [[255, 255, 0]], np.uint8)
two = mask.astype(np.uint8)
plte = bytes(palette.getpalette()[:24])
soft = np.asarray(Image.fromarray(alpha).resize((3 * W, 3 * H), Image.Resampling.BICUBIC))
logits = np.where(mask, 3.5, -2.25)
levels = np.array([0, 60, 140, 0, 0, 0, 0, 255], np.uint8)[labels]

files = {
    "labels_png_8.png": png(Image.fromarray(labels)),
    "labels_png_16.png": png(Image.fromarray(labels.astype(np.uint16))),
    "labels_png_palette.png": png(palette),
    "labels_png_palette_4.png": png(palette, bits=4),
    "labels_png_palette_4_interlaced.png": raw_png(labels, 4, 3, True, chunk(b"PLTE", plte)),
    "labels_png_grey_4.png": raw_png(labels, 4, 0),
    "labels_png_16_interlaced.png": raw_png(labels.astype(np.uint16), 16, 0, True),
    "mask_png_1.png": png(Image.fromarray(mask)),
    "mask_png_1_interlaced.png": raw_png(two, 1, 0, True),
    "mask_png_2.png": raw_png(two * 3, 2, 0),
    "mask_png_8.png": png(Image.fromarray(alpha)),
    "mask_png_8_levels.png": png(Image.fromarray(levels)),
    "mask_png_16_white.png": png(Image.fromarray(two.astype(np.uint16) * 65535)),
    "mask_png_rgb.png": png(Image.fromarray(np.stack([alpha] * 3, -1))),
    "mask_png_rgb_interlaced.png": raw_png(np.stack([alpha] * 3, -1), 8, 2, True),
    "mask_png_rgb_16.png": raw_png(np.stack([two.astype(np.uint16) * 65535] * 3, -1), 16, 2),
    "mask_png_colors.png": png(Image.fromarray(colors[labels])),
    "mask_png_rgba.png": png(Image.fromarray(np.dstack([photo, alpha]))),
    "mask_png_grey_alpha.png": png(Image.merge("LA", [Image.fromarray(photo[..., 0].copy()), Image.fromarray(alpha)])),
    "mask_png_opaque_rgba.png": png(Image.fromarray(np.dstack([alpha, alpha, alpha, np.full_like(alpha, 255)]))),
    "mask_png_grey_trns.png": png(Image.fromarray(np.where(mask, photo[..., 0] | 1, 0).astype(np.uint8)), transparency=0),
    "mask_png_palette_trns.png": png(palette, transparency=0),
    "mask_png_palette_white_first.png": raw_png(1 - two, 1, 3, False, chunk(b"PLTE", b"\0\0\0\xff\xff\xff"[::-1])),
    "mask_npy_bool.npy": npy(mask),
    "mask_npy_fortran.npy": npy(np.asfortranarray(mask)),
    "mask_npy_batch.npy": npy(mask[None, None]),
    "mask_npy_last.npy": npy(mask[..., None]),
    "mask_npy_negative.npy": npy(np.where(mask, labels.astype(np.int32), -1)),
    "mask_npy_float_numbers.npy": npy(mask.astype(np.float32)),
    "mask_npy_255.npy": npy(alpha.astype(np.int64)),
}
for kind in ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4"]:
    files[f"labels_npy_{kind}.npy"] = npy(labels.astype(f"<{kind}"))
    files[f"labels_npy_{kind}_big.npy"] = npy(np.asfortranarray(labels.astype(f">{kind}")))
for kind in ["f2", "f4", "f8"]:
    files[f"logits_npy_{kind}.npy"] = npy(logits.astype(f"<{kind}"))
    files[f"logits_npy_{kind}_big.npy"] = npy(np.asfortranarray(logits[None].astype(f">{kind}")))



def turned(orientation):
    """A palette of which index 0 is transparent, and its labels as Pillow turns them."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = png(palette, exif=exif, transparency=0)
    upright = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    return {
        "file": base64.b64encode(data).decode(),
        "size": list(upright.shape),
        "labels": upright.ravel().tolist(),
    }


text = {
    "size": [H, W],
    "labels": labels.ravel().tolist(),
    "files": {name: base64.b64encode(data).decode() for name, data in files.items()},
    "turned": [turned(orientation) for orientation in range(1, 9)],
    "soft": {"file": base64.b64encode(png(Image.fromarray(soft))).decode(), "area": int((soft > 127.5).sum())},
}
Path(__file__).with_name("mask-files.json").write_text(json.dumps(text) + "\n")
