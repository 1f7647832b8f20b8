"""A lock or queue at the top of a file: with spawn and forkserver each child makes it anew."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from outside import START_METHODS

TOP = """
import multiprocessing, sys
{library}
{made}

def work(n{parameter}):
    {used}

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1], force=True)
    {first}
    children = [multiprocessing.Process(target=work, args=(n,{argument})) for n in range(2)]
    for child in children:
        child.start()
    {last}
    for child in children:
        child.join()
"""
LOCK = {"made": "lock = multiprocessing.Lock()", "used": "with lock: print(n)"}
VALUE = {"made": "total = multiprocessing.Value('i', 0)", "used": "total.value += n"}
QUEUE = {"made": "box = multiprocessing.Queue()", "used": "box.put(n)"}
EVENT = {"made": "go = multiprocessing.Event()", "used": "go.wait()"}
PASSED = {"made": "", "used": "with lock: print(n)", "parameter": ", lock", "argument": "lock"}
PASSED["first"] = "lock = multiprocessing.Lock()"
ONLY_IN_THE_PARENT = {**LOCK, "used": "print(n)", "last": "with lock: print('parent')"}
ONLY_IN_CHILDREN_FOR_THEMSELVES = {
    "made": "",
    "used": "lock = multiprocessing.Lock(); lock.acquire()",
    "last": "lock = multiprocessing.Lock(); lock.acquire()",
}
OF_A_LIBRARY = {"made": "", "library": "import bars", "used": "bars.show(n)"}
BARS = """
import multiprocessing
lock = multiprocessing.RLock()
def show(n):
    with lock: print(n)
"""


def told(tmp_path: Path, program: dict[str, str], method: str) -> str:
    parts = dict.fromkeys(("library", "parameter", "argument"), "")
    parts |= {"first": "pass", "last": "pass"}
    script, library = tmp_path / "program.py", tmp_path / "site-packages" / "bars.py"
    script.write_text(TOP.format(**{**parts, **program}), encoding="utf-8")
    library.parent.mkdir(exist_ok=True)
    library.write_text(BARS, encoding="utf-8")
    command = [sys.executable, "-c", f"import sys; sys.path.append({str(library.parent)!r})"]
    command[-1] += (
        "; import runpy; sys.argv[:1] = []; runpy.run_module('mpscope', None, '__main__')"
    )
    command += ["mpscope", "run", str(script), method]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.stderr


SPAWNING = [method for method in START_METHODS if method != "fork"]


@pytest.mark.parametrize("method", SPAWNING)
@pytest.mark.parametrize(
    ("program", "words"),
    [
        (
            {**LOCK, "last": "with lock: print('parent')"},
            "mpscope: lock is not one, but several: child-1 and child-2 used another than",
        ),
        ({**VALUE, "last": "print(total.value)"}, "mpscope: total is not one, but several: "),
        ({**QUEUE, "last": "box.get()"}, "Made anew in each child: parent waits in box.get(), and"),
        ({**EVENT, "last": "go.set()"}, "Made anew in each child: child-1 waits in "),
    ],
)
def test_what_each_child_makes_anew_is_told(
    program: dict[str, str], words: str, method: str, tmp_path: Path
) -> None:
    text = told(tmp_path, program, method)
    assert words in text
    assert "Make it below `if __name__ == '__main__':`, and pass it on: Process(target=" in text
    assert "olds the other end" not in text


@pytest.mark.skipif("spawn" not in START_METHODS, reason="needs spawn")
def test_a_lock_that_only_children_use_is_told(tmp_path: Path) -> None:
    """Not with forkserver: where it imports the program first, its children do share one."""
    assert "mpscope: lock is not one, but several: " in told(tmp_path, LOCK, "spawn")


@pytest.mark.parametrize("method", START_METHODS)
@pytest.mark.parametrize(
    "program",
    [PASSED, ONLY_IN_THE_PARENT, ONLY_IN_CHILDREN_FOR_THEMSELVES, OF_A_LIBRARY],
    ids=["passed", "parent", "own", "library"],
)
def test_what_is_one_or_meant_to_be_each_ones_own_is_not(
    program: dict[str, str], method: str, tmp_path: Path
) -> None:
    assert told(tmp_path, program, method) == ""


@pytest.mark.parametrize("program", [LOCK, {**VALUE, "last": "print(total.value)"}, QUEUE])
def test_under_fork_it_is_one(program: dict[str, str], tmp_path: Path) -> None:
    if "fork" in START_METHODS:
        assert "anew" not in told(tmp_path, program, "fork")
