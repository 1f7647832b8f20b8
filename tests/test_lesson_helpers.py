"""What the lessons' small helpers print, and what they let through."""

from __future__ import annotations

import multiprocessing
import queue
import subprocess
import sys
import time

import pytest

from ipc_helpers import lesson
from ipc_helpers.lesson import expect, run_as_script, show_source, show_table, start_methods
from ipc_helpers.workers import start


def test_start_methods_are_those_of_the_platform_in_one_order():
    assert set(start_methods()) == set(multiprocessing.get_all_start_methods())
    assert start_methods() == sorted(start_methods(), key="fork spawn forkserver".split().index)


# --- show_source ---


@pytest.fixture
def no_ipython(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)


def test_source_is_printed_with_its_home(no_ipython, capsys):
    show_source(start.answer)
    first, second, *rest = capsys.readouterr().out.splitlines()
    assert first == "# ipc_helpers/workers/start.py"
    assert second.startswith("def answer(") and rest


def test_source_of_a_method_stands_at_the_margin(no_ipython, capsys):
    show_source(lesson.Source.__repr__)
    assert capsys.readouterr().out.splitlines()[1] == "def __repr__(self) -> str:"


def test_source_in_a_notebook_is_markdown_and_plain_text(monkeypatch):
    display = pytest.importorskip("IPython.display")
    shown = []
    monkeypatch.setattr(display, "display", shown.append)
    monkeypatch.setattr(lesson, "shell", object)
    show_source(start.answer)
    bundle = shown[0]._repr_mimebundle_(include=None, exclude=None)
    assert bundle["text/markdown"].endswith(f"\n\n```python\n{bundle['text/plain']}\n```")


# --- expect ---


def test_a_long_message_is_broken_between_words(capsys):
    with expect(ValueError):
        raise ValueError("first line\n  " + "word " * 40 + "end")
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == "ValueError: first line"
    assert rest[0].startswith("  word") and rest[1].startswith("      word")
    assert len(rest) > 2 and max(map(len, rest)) <= lesson.COLUMNS
    assert " ".join(" ".join(rest).split()) == "word " * 40 + "end"


def test_an_expected_error_is_printed(capsys):
    with expect(ZeroDivisionError, KeyError):
        raise KeyError("name")
    assert capsys.readouterr().out == "KeyError: 'name'\n"


def test_a_subclass_is_an_error_of_that_kind(capsys):
    with expect(Exception):
        raise queue.Empty
    assert capsys.readouterr().out == "Empty\n"


def test_without_its_message(capsys):
    with expect(ValueError, message=False):
        raise ValueError("differs between versions")
    assert capsys.readouterr().out == "ValueError\n"


def test_nothing_raised_is_a_failure():
    with pytest.raises(AssertionError, match="expected KeyError or OSError, but nothing"):
        with expect(KeyError, OSError):
            pass


@pytest.mark.parametrize("error", [TypeError("another"), KeyboardInterrupt()])
def test_another_error_passes_through(error, capsys):
    with pytest.raises(type(error)):
        with expect(ValueError):
            raise error
    assert capsys.readouterr().out == ""


# --- tables and scripts ---


def test_a_table(capsys):
    show_table({"a list": {"fork": False, "spawn": True}, "x": {"spawn": 3}})
    assert capsys.readouterr().out.splitlines() == [
        "        fork  spawn",
        "a list  no    yes",
        "x             3",
    ]


def test_a_script_says_what_it_prints_and_what_went_wrong(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")  # as in a notebook
    run_as_script("print('one', __name__)\nimport nothing_of_this_name")
    assert capsys.readouterr().out == "one __main__\n! ModuleNotFoundError\n"


def test_a_script_that_hangs_is_ended_with_its_children(monkeypatch):
    monkeypatch.setattr(lesson, "SCRIPT_LIMIT_S", 1.0)
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input(); 1 or 2'])"
    began = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        run_as_script(program.replace("input()", "import time; time.sleep(60)"))
    assert time.monotonic() - began < 5
