"""Build the site: `make site`. It opens from disk, and loads nothing from elsewhere.

    build/site/index.html

A warning is an error: a link that leads nowhere, a page that nothing leads to.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import web_assets

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "build" / "site"


def main() -> int:
    web_assets.fetched("mermaid")
    answer = build(SITE)
    if answer.returncode == 0:
        print(f"== {(SITE / 'index.html').relative_to(ROOT)}")
    return answer.returncode


def build(
    folder: Path, strict: bool = True, **variables: str
) -> subprocess.CompletedProcess[bytes]:
    """Let Sphinx write the site into this folder."""
    command = [sys.executable, "-m", "sphinx", "-q", "-E", "-j", "auto"]
    command += ["-W", "--keep-going"] if strict else ["-Q"]
    return subprocess.run(
        [*command, "-c", str(ROOT / "docs" / "site"), str(ROOT), str(folder)],
        env={**os.environ, **variables},
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
