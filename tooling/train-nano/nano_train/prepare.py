"""Makes the data pack: sprites and texture photographs, from packages."""

from __future__ import annotations

import shutil
from pathlib import Path

from .sources import fetch, pictures, texture_files
from .sprites import write_pack


def prepare(folder: Path) -> dict[str, int]:
    """Fetches what is missing into `folder`/sources and writes the pack into `folder`; gives the counts by source."""
    fetch(folder / "sources")
    counts = write_pack(pictures(folder / "sources"), folder)
    textures = folder / "textures"
    textures.mkdir(exist_ok=True)
    for path in texture_files():
        shutil.copy(path, textures / path.name)
    return counts | {"textures": len(list(textures.glob("*.png")))}
