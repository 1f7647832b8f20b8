"""What the README shows is what comes: its programs, its commands, its account."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import mpscope

README = Path(__file__).parent.parent / "README.md"
linux_only = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="read from /proc")


def fences(language: str) -> list[str]:
    """The blocks of the README in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README.read_text("utf-8"), re.M | re.S)


def without_times(text: str) -> str:
    """Two runs share all but these."""
    return re.sub(r"\d+\.\d s", "N s", text)


@linux_only
def test_the_hang_is_found_as_it_is_shown(tmp_path: Path) -> None:
    program, *_ = fences("python")
    (tmp_path / "pipeline.py").write_text(program, "utf-8")
    _, command = fences("sh")
    assert command.split()[0] == "mpscope"
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    account, _ = fences("text")
    assert without_times(done.stderr) == without_times(account)
    assert done.returncode == 124
    assert (tmp_path / "pipeline.svg").read_text("utf-8").startswith("<svg")


def test_the_block_does_what_is_shown(tmp_path: Path) -> None:
    _, program = fences("python")
    (tmp_path / "block.py").write_text(program, "utf-8")
    done = subprocess.run(
        [sys.executable, "block.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == (fences("text")[1], "")


def test_each_name_that_is_told_exists() -> None:
    text = README.read_text("utf-8")
    assert len(text.splitlines()) <= 250
    methods = set(re.findall(r"`mp\.(\w+)", text.partition("## In your own code")[2]))
    assert methods >= {"transcript", "describe", "timeline", "waits", "trace", "stop"}
    kind = type(mpscope.observe("spawn"))
    assert all(hasattr(kind, name) for name in methods)
    errors = set(re.findall(r"`([A-Z]\w+)`", text.partition("| error |")[2].partition("##")[0]))
    assert errors and errors <= set(mpscope.__all__)
    for file in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        assert (README.parent / file).exists(), file
    options = subprocess.run(
        [sys.executable, "-m", "mpscope", "run", "--help"], capture_output=True, text=True
    ).stdout
    for option in set(re.findall(r"(--[a-z]+)", text)):
        assert option in options
