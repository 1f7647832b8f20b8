"""The plain programs at the end of the lessons run anywhere: standard library only, no helper."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from course import SCRIPTS, START_METHODS, imports, lessons
from outside import MARK, Watch, marked

PROGRAMS = [SCRIPTS / f"{lesson.stem}.py" for lesson in lessons()]
MOST_LINES = 60
per_program = pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)


def run(program: Path, method: str | None) -> str:
    """What the program prints, as a user would start it; it must end well and leave nothing."""
    mark = uuid.uuid4().hex
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment[MARK] = mark
    environment.pop("IPC_START_METHOD", None)
    if method:
        environment["IPC_START_METHOD"] = method
    watch = Watch(lambda: marked(mark))
    answer = subprocess.run(
        [sys.executable, str(program)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert answer.returncode == 0, f"{method}: {answer.stderr}"
    assert answer.stderr == "", f"{method} wrote to stderr"
    assert watch.left() == [], method
    return answer.stdout


@pytest.mark.slow
@per_program
def test_prints_the_same_under_each_start_method(program: Path) -> None:
    printed = {method: run(program, method) for method in [*START_METHODS, None]}
    assert printed[None].strip(), "it prints nothing"
    assert set(printed.values()) == {printed[None]}


@per_program
def test_is_a_plain_program(program: Path) -> None:
    source = program.read_text(encoding="utf-8")
    assert {found.name.split(".")[0] for found in imports(source)} <= set(sys.stdlib_module_names)
    assert 'if __name__ == "__main__":' in source
    assert "IPC_START_METHOD" in source
    assert len(source.splitlines()) <= MOST_LINES


def test_each_program_belongs_to_a_lesson() -> None:
    assert sorted(SCRIPTS.glob("*.py")) == PROGRAMS
