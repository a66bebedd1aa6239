"""A data pack of drawn pictures, so that tests fetch nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from nano_train.sources import Picture
from nano_train.sprites import is_held_out, write_pack


def _draw(path: Path, number: int) -> Path:
    image = Image.new("RGBA", (96, 80))
    draw = ImageDraw.Draw(image)
    draw.ellipse((8, 8, 88, 72), fill=(40 + number * 7 % 200, 200 - number * 11 % 180, 90, 255))
    draw.rectangle((30, 30, 60, 60), fill=(250, 240, 20 + number * 5 % 200, 255))
    image.save(path)
    return path


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    names = [f"test:{number}.png" for number in range(60)]
    assert any(map(is_held_out, names)) and not all(map(is_held_out, names))
    write_pack([Picture(name, _draw(folder / f"{i}.png", i)) for i, name in enumerate(names)], folder)
    return folder
