"""Writes expected.json: of each video here the frames that FFmpeg shows, their size, and the mean colours of 6 x 4 cells of the first and last."""
import json
import os
import re
import subprocess

import numpy as np

# Pixels that share colours take them as they are; then pixels are made square.
COLOURS = "scale=flags=neighbor+accurate_rnd+full_chroma_int,format=rgb24"
SHOWN = ["-vf", f"{COLOURS},scale=iw*sar:ih:flags=bilinear,setsar=1", "-f", "rawvideo", "-pix_fmt", "rgb24"]


def read(path):
    pixels = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-fps_mode", "passthrough", *SHOWN, "-"], capture_output=True).stdout
    log = subprocess.run(["ffmpeg", "-hide_banner", "-i", path, *SHOWN, "-y", os.devnull], capture_output=True, text=True).stderr
    width, height = map(int, re.findall(r"Video: rawvideo.*?, (\d+)x(\d+)", log)[-1])
    if path.startswith("odd"):
        return read_odd(path, width, height)
    frames = np.frombuffer(pixels, np.uint8).reshape(-1, height, width, 3).astype(float)
    return {"frames": len(frames), "size": [height, width], "first": cells(frames[0]), "last": cells(frames[-1])}


def read_odd(path, width, height):
    """FFmpeg's scaler spreads 4:2:0 over odd sides unevenly: the planes are made colours here, by BT.601 from 16 to 235."""
    pixels = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"], capture_output=True).stdout
    wide, high = (width + 1) // 2, (height + 1) // 2
    frames = np.frombuffer(pixels, np.uint8).reshape(-1, width * height + 2 * wide * high).astype(float)
    shown = [to_rgb(frame, width, height, wide, high) for frame in (frames[0], frames[-1])]
    return {"frames": len(frames), "size": [height, width], "first": cells(shown[0]), "last": cells(shown[1])}


def to_rgb(frame, width, height, wide, high):
    y = (frame[: width * height].reshape(height, width) - 16) * 255 / 219
    u, v = (plane.reshape(high, wide).repeat(2, 0).repeat(2, 1)[:height, :width] - 128 for plane in np.split(frame[width * height :], 2))
    red, blue = y + 2 * 0.701 * 255 / 224 * v, y + 2 * 0.886 * 255 / 224 * u
    green = (y - 0.299 * red - 0.114 * blue) / 0.587
    return np.stack([red, green, blue], -1).clip(0, 255).round()


def cells(image):
    height, width, _ = image.shape
    rows = [slice(int(y * height / 4), int((y + 1) * height / 4)) for y in range(4)]
    columns = [slice(int(x * width / 6), int((x + 1) * width / 6)) for x in range(6)]
    return [[round(float(v), 1) for v in image[row, column].mean((0, 1))] for row in rows for column in columns]


names = sorted(name for name in os.listdir(".") if not name.startswith(("full-range-422", "refused")) and name.rsplit(".", 1)[-1] in ("mp4", "webm", "m2ts", "mkv", "mov"))
with open("expected.json", "w") as file:
    json.dump({name: read(name) for name in names}, file)
