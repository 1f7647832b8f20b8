"""Drop-in, for the lessons: their programs print the same with the standard context."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from course import ROOT, START_METHODS, lessons, read

LEAST = 2  # programs of a lesson that print something; fewer would prove little


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the programs are bounded by SIGALRM")
@pytest.mark.parametrize("method", START_METHODS)
@pytest.mark.parametrize("lesson", lessons(), ids=lambda path: path.stem)
def test_programs_print_the_same_without_observe(lesson: Path, method: str) -> None:
    answer = subprocess.run(
        [sys.executable, ROOT / "tests" / "plain_notebook.py", lesson, method],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    plain = json.loads(answer.stdout[answer.stdout.rindex('{"') :])  # children print before it
    stored = {cell.id: said(cell) for cell in read(lesson).cells if cell.id in plain}
    assert sum(bool(text) for text in stored.values()) >= LEAST
    assert plain == stored


def said(cell: object) -> str:
    """What the parent printed; a transcript that the cell printed is none of it."""
    streams = [out for out in cell.outputs if out.output_type == "stream"]  # type: ignore[attr-defined]
    text = "".join(out.text for out in streams if out.name == "stdout")
    if "print(mp.transcript())" not in cell.source:  # type: ignore[attr-defined]
        return text
    return "".join(line for line in text.splitlines(True) if not is_told(line))


def is_told(line: str) -> bool:
    """Whether a line is one of a transcript: a label, then | or !."""
    return line.partition(" | ")[1] != "" or line.partition(" ! ")[1] != ""
