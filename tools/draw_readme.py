"""Draw the README's pictures again: docs/timeline.svg and docs/lab.png.

    python tools/draw_readme.py    then look at both, and at their alt texts in README.md

The first is the timeline of the README's own program. The second is the lab on queues, run in
JupyterLab in a real browser, as tests/test_browser.py does.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

from ipc_helpers.workers import queues as workers
from mpscope import observe

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SETTINGS = {"producers": "2", "consumers": "1", "maxsize": "1", "pause-ms": "40"}


def main() -> None:
    draw_timeline(DOCS / "timeline.svg")
    photograph_lab(DOCS / "lab.png")


def draw_timeline(path: Path) -> None:
    with observe("spawn") as mp:
        numbers = mp.Queue()
        children = [mp.Process(target=workers.put_next, args=(numbers, n)) for n in range(3)]
        for child in children:
            child.start()
        print(sorted(numbers.get() for _ in children))
        for child in children:
            child.join()
    mp.timeline().save(path)


def photograph_lab(path: Path) -> None:
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "engine" / "tests")]
    import browser  # here: spawned children import this file, too
    import install_browser
    from panels import labs

    chromium = install_browser.find() or install_browser.install()
    with browser.serving() as server, browser.browsing(chromium) as chrome:
        with browser.visiting(server, chrome, "02_queue") as visit:
            [lab] = labs(visit.page)
            lab.press("reset")
            for name, value in SETTINGS.items():
                lab.set(name, value)
            lab.run()
            shot = Image.open(io.BytesIO(lab.box.screenshot()))
    shot.quantize(48, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
