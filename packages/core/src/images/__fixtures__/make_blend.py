"""Writes blend.json: what Pillow's alpha_composite on opaque white makes of every colour and alpha.

    python make_blend.py      (Pillow 13.0.0; transformers 5.23.0 does this in image_transforms.convert_to_rgb)
"""

import hashlib
import json
import pathlib

import PIL
from PIL import Image

pixels = bytes(value for colour in range(256) for alpha in range(256) for value in (colour, colour, colour, alpha))
image = Image.frombytes("RGBA", (256, 256), pixels)
white = Image.new("RGBA", image.size, (255, 255, 255, 255))
rgb = Image.alpha_composite(white, image).convert("RGB").tobytes()
result = {
    "pillow": PIL.__version__,
    "what": "SHA-256 of RGB, 256 alphas a row, 256 grey levels",
    "sha256": hashlib.sha256(rgb).hexdigest(),
    "samples": {"200 at 128": rgb[3 * (200 * 256 + 128)], "0 at 1": rgb[3], "90 at 77": rgb[3 * (90 * 256 + 77)]},
}
pathlib.Path(__file__).with_name("blend.json").write_text(json.dumps(result, indent=2) + "\n")
