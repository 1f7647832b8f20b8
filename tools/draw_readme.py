"""Draw the README's pictures again: docs/hangs.svg, docs/waits.svg and docs/mended.svg.

    python tools/draw_readme.py    then look at them, and at their alt texts in README.md

They tell a story: the README's program hangs, who waits for whom, and the same program with two
lines changed about.
"""

from __future__ import annotations

import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from mpscope import Deadlock
from mpscope._block import Observation

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
JOIN_THEN_GET = re.compile(r"^( *child\.join\(\).*\n)( *box\.get\(\)\n)", re.MULTILINE)


def draw_story() -> None:
    """Join before drain, seen twice, and then drain before join."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [program] = re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL)
    mp = watched(program)
    mp.timeline().save(DOCS / "hangs.svg")
    mp.waits().save(DOCS / "waits.svg")
    mended, changes = JOIN_THEN_GET.subn(r"\2\1", program)
    assert changes == 1, "the README's program joins, then gets"
    watched(mended).timeline().save(DOCS / "mended.svg")


def watched(program: str) -> Observation:
    """What a program calls `mp`, when it has run."""
    names: dict[str, Any] = {"__name__": "program"}
    with tempfile.TemporaryDirectory() as folder, suppress(Deadlock):
        file = Path(folder, "program.py")  # its lines tell what a queue is called
        file.write_text(program, encoding="utf-8")
        exec(compile(program, str(file), "exec"), names)
    found: Observation = names["mp"]
    return found


if __name__ == "__main__":
    draw_story()
