"""Draw the README's pictures again: docs/hangs.svg, docs/waits.svg, docs/mended.svg, docs/lab.png.

    python tools/draw_readme.py    then look at them, and at their alt texts in README.md

The first three tell a story: the README's program hangs, who waits for whom, and the same program
with two lines changed about. The last is the lab on queues, run in JupyterLab in a real browser,
as tests/test_browser.py does.
"""

from __future__ import annotations

import io
import sys
from contextlib import suppress
from multiprocessing.process import BaseProcess as Process
from multiprocessing.queues import Queue
from pathlib import Path

from PIL import Image

from ipc_helpers.workers import queues as workers
from mpscope import Deadlock, observe
from mpscope._block import Observation

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SETTINGS = {"producers": "2", "consumers": "1", "maxsize": "1", "pause-ms": "40"}


def main() -> None:
    draw_story()
    photograph_lab(DOCS / "lab.png")


def draw_story() -> None:
    """Join before drain, seen twice, and then drain before join."""
    with suppress(Deadlock), observe("spawn", deadline_s=20) as mp:
        box, child = big_message(mp)
        child.join()
        box.get()
    mp.timeline().save(DOCS / "hangs.svg")
    mp.waits().save(DOCS / "waits.svg")
    with observe("spawn") as mp:
        box, child = big_message(mp)
        box.get()
        child.join()
    mp.timeline().save(DOCS / "mended.svg")


def big_message(mp: Observation) -> tuple[Queue[bytes], Process]:
    """A child on its way to put a million bytes."""
    box = mp.Queue()
    child = mp.Process(target=workers.put_big, args=(box, 1_000_000))
    child.start()
    return box, child


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
