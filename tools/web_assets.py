"""What pages need from the web's own registry: fetched once by npm, checked, kept in build/web.

    mermaid      draws the diagrams of the site and the slides
    reveal.js    turns pages into slides

Nothing of it is ever loaded from elsewhere by a page: it lies beside the page.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

WEB = Path(__file__).resolve().parent.parent / "build" / "web"


class Asset(NamedTuple):
    """A package, the version that was tried, what its archive must be, and what of it is used."""

    version: str
    sha256: str
    used: tuple[str, ...]


ASSETS = {
    "mermaid": Asset(
        "11.17.2",
        "6ad2f42c3fc26bbf9e45cbb6d11898972573ea52b33a5f4ff51952899f950ffd",
        ("dist/mermaid.min.js", "LICENSE"),
    ),
    "reveal.js": Asset(
        "5.2.1",
        "359b575dd51bbda32f89b2fd4c7dc46ad7389a805572158916c29252f7a27333",
        ("dist/reset.css", "dist/reveal.css", "dist/reveal.js", "LICENSE"),
    ),
}


def fetched(name: str) -> Path:
    """The folder with what is used of a package; fetches it the first time."""
    asset = ASSETS[name]
    folder = WEB / f"{name}-{asset.version}"
    if not folder.exists():
        if shutil.which("npm") is None:
            sys.exit("npm is missing, which fetches what pages need: install Node.js 20 or newer")
        WEB.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=WEB) as place:
            unpack(archive_of(name, asset, Path(place)), asset, Path(place, "ready"))
            Path(place, "ready").rename(folder)
    return folder


def archive_of(name: str, asset: Asset, place: Path) -> Path:
    command = [str(shutil.which("npm")), "pack", "--silent", f"{name}@{asset.version}"]
    answer = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    if answer.returncode:
        sys.exit(f"npm cannot fetch {name}: {answer.stderr.strip() or 'no network?'}")
    archive = place / answer.stdout.split()[-1]
    if hashlib.sha256(archive.read_bytes()).hexdigest() != asset.sha256:
        sys.exit(f"{name} {asset.version} is not the file that was tried: nothing was unpacked")
    return archive


def unpack(archive: Path, asset: Asset, folder: Path) -> None:
    """Only what is used, each file without its folders."""
    folder.mkdir()
    with tarfile.open(archive) as tar:
        for name in asset.used:
            content = tar.extractfile(f"package/{name}")
            assert content is not None, name
            (folder / Path(name).name).write_bytes(content.read())
