"""Where pictures come from: packages named here are fetched by their own package clients, nothing by address.

Every source may be used to train weights that are shipped (MIT, public domain or CC0); the model card lists them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Iterator, NamedTuple

FLUENT = "@lobehub/fluent-emoji-3d@1.1.0"
"""npm: Microsoft Fluent emoji, 3D renderings, MIT."""

CLIPART = "openclipart-png"
"""Debian: Open Clip Art Library 0.18, public domain dedication."""

TEXTURES = ("brick.png", "grass.png", "gravel.png")
"""scikit-image sample photographs, CC0, used as textures of synthetic scenes."""

EXCLUDED = re.compile(r"/(flags|weapons|religion|patterns|gradients|led|map_symbols|aiga-symbols|duplicates)/|nazi|swastik", re.IGNORECASE)
"""Folders of clip art left out: flat symbols, whole-page patterns, and what may offend."""

PER_FOLDER = 110
"""At most so many pictures of one clip-art folder: some hold over a thousand near-identical icons."""


class Picture(NamedTuple):
    """One picture file and the name that decides whether it is held out."""

    name: str
    path: Path


def fetch(folder: Path) -> None:
    """Fetches and unpacks the packages into `folder`, unless they are there; needs `npm`, `apt-get` and `dpkg-deb`."""
    folder.mkdir(parents=True, exist_ok=True)
    npm, deb = folder / "fluent", folder / "clipart"
    if not npm.exists():
        archive = _run(["npm", "pack", "--silent", FLUENT], folder).split()[-1]
        staging = folder / "fluent.partial"
        staging.mkdir(exist_ok=True)
        _run(["tar", "xzf", archive, "-C", staging.name], folder)
        (folder / archive).unlink()
        staging.rename(npm)
    if not deb.exists():
        _run(["apt-get", "download", "-q", CLIPART], folder)
        archive = next(folder.glob(f"{CLIPART}_*.deb"))
        staging = folder / "clipart.partial"
        shutil.rmtree(staging, ignore_errors=True)
        _run(["dpkg-deb", "-x", archive.name, staging.name], folder)
        archive.unlink()
        staging.rename(deb)


def pictures(folder: Path) -> Iterator[Picture]:
    """Sprite candidates in a fixed order; skin-tone variants of emoji are left out, they are near duplicates."""
    for path in sorted((folder / "fluent").rglob("*.webp")):
        if not re.search(r"1f3f[b-f]", path.name):
            yield Picture(f"fluent3d:{path.name}", path)
    seen: dict[Path, int] = {}
    names: set[str] = set()
    for path in sorted((folder / "clipart").rglob("*.png")):
        seen[path.parent] = seen.get(path.parent, 0) + 1
        if EXCLUDED.search(path.as_posix()) or seen[path.parent] > PER_FOLDER or path.name in names:
            continue
        names.add(path.name)
        yield Picture(f"openclipart:{path.name}", path)


def texture_files() -> list[Path]:
    """The texture photographs that scikit-image ships."""
    import skimage

    return [Path(skimage.__file__).parent / "data" / name for name in TEXTURES]


def _run(command: list[str], folder: Path) -> str:
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
