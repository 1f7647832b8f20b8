"""No false alarm: a program in which anybody may still act is left alone until it ends.

Each program runs in an interpreter of its own, with nothing else in it, several side by side.  The
supervisor looks three times as often as it does elsewhere, and somebody acts the sooner.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import healthy_programs as programs
import pytest

pytestmark = pytest.mark.skipif(
    not (sys.platform == "linux" and os.path.isdir("/proc/self/task")), reason="needs /proc"
)
AT_ONCE = 8
TICK_S = 0.05
SCRIPT = """
import contextlib, sys
sys.path.insert(0, {folder!r})
import healthy_programs as programs
from mpscope import observe
from mpscope._supervision import lookout

lookout.TICK_S = {tick_s}

def main():
    program = programs.{name}
    with programs.OLDER.get(program, contextlib.nullcontext)():
        with observe({method!r}, deadline_s=50, quiet=True) as mp:
            print(program(mp))

if __name__ == "__main__":
    main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_healthy_program_is_left_alone(method: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert len(programs.PROGRAMS) + len(programs.OLDER) >= 50

    def told(name: str) -> str:
        path = tmp_path / f"{name}.py"
        folder = os.path.dirname(__file__)
        path.write_text(SCRIPT.format(folder=folder, name=name, method=method, tick_s=TICK_S))
        done = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=90)
        return done.stdout + done.stderr

    everything = [*programs.PROGRAMS, *programs.OLDER]
    chosen = [p for p in everything if method == "fork" or p not in programs.IN_THE_PARENT]
    names = [program.__name__ for program in chosen]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = dict(zip(names, pool.map(told, names), strict=True))
    assert {name: text for name, text in found.items() if text != "42\n"} == {}
