"""Makes the image fixtures beside this file, with the pixels that Pillow reads from them. Made with Pillow 13.0.0."""

import json
from pathlib import Path

import numpy as np
import PIL
from PIL import Image

HERE = Path(__file__).parent

halves = np.zeros((16, 16, 3), np.uint8)
halves[:, :8] = (200, 40, 90)
halves[:, 8:] = (20, 160, 220)
Image.fromarray(halves).convert("CMYK").save(HERE / "cmyk.jpg", quality=95)

pixels = {"cmyk.jpg": np.asarray(Image.open(HERE / "cmyk.jpg").convert("RGB")).reshape(-1).tolist()}
facts = {"made_by": "make_images.py", "pillow": PIL.__version__, "rgb": pixels}
(HERE / "images.json").write_text(json.dumps(facts) + "\n")
