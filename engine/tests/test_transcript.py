"""The transcript: everything that children print, whole, in one order, whatever becomes of them."""

from __future__ import annotations

import os
import re
from typing import Any

import observed_workers as workers
import pytest
from observing import as_in_a_notebook, notes, per_method  # noqa: F401
from outside import START_METHODS

from mpscope import observe
from mpscope._recording.process import WatchedProcess


def run(mp: Any, target: Any, *args: Any, **options: Any) -> WatchedProcess:
    """Start one child."""
    child = mp.Process(target=target, args=args, **options)
    child.start()
    return child


EVERYTHING = """\
child-1 | to stdout A
child-1 ! to stderr A
child-1 | no line end, yet one line
child-1 | words-in-one-line
child-1 | bytes
child-1 | two
child-1 | lines
child-1 | größer 漢字 🐍 \\ud800
child-1 |
child-1 | last line, not ended
second | to stdout B
second ! to stderr B
second | no line end, yet one line
second | words-in-one-line
second | bytes
second | two
second | lines
second | größer 漢字 🐍 \\ud800
second |
second | last line, not ended"""


@per_method
def test_all_that_children_print_is_there_in_start_order(method: str, capfd: Any) -> None:
    with observe(method) as mp:
        run(mp, workers.print_everything, "A")
        run(mp, workers.print_everything, "B", name="second")
        run(mp, workers.nothing)
    assert str(mp.transcript()) == EVERYTHING
    assert repr(mp.transcript()) == EVERYTHING, "shown as a cell's last expression"
    assert capfd.readouterr() == ("", ""), "nothing goes anywhere else"


ENDS = """\
child-1 | last words
child-2 | last words
child-2 ! and no more
child-3 | before
child-3 ! Fatal Python error: Segmentation fault
child-4 ! why not
child-6 ! Traceback (most recent call last):
child-6 !   File "observed_workers.py", line N, in fail
child-6 !     raise ValueError(text)
child-6 ! ValueError: no luck
child-7 ! Traceback (most recent call last):
child-7 !   File "observed_workers.py", line N, in fail_deeply
child-7 !     fail("the cause")
child-7 !   File "observed_workers.py", line N, in fail
child-7 !     raise ValueError(text)
child-7 ! ValueError: the cause
child-7 !
child-7 ! The above exception was the direct cause of the following exception:
child-7 !
child-7 ! Traceback (most recent call last):
child-7 !   File "observed_workers.py", line N, in fail_deeply
child-7 !     raise RuntimeError("the effect\\nin two lines") from error
child-7 ! RuntimeError: the effect
child-7 ! in two lines"""
ENDINGS = [
    (workers.leave_at_once, 9),
    (workers.kill_myself,),
    (workers.segfault,),
    (workers.leave, "why not"),
    (workers.leave, 3),
    (workers.fail,),
    (workers.fail_deeply,),
]


@per_method
def test_nothing_is_lost_however_a_child_ends(method: str, capsys: Any) -> None:
    with observe(method) as mp:
        children = [run(mp, target, *args) for target, *args in ENDINGS]
        for child in children:
            child.join()
    assert [child.exitcode for child in children] == [9, -9, -11, 1, 3, 1, 1]
    told = re.sub(r"line \d+", "line N", mp.transcript())
    told = re.sub(r"(Segmentation fault)\n(child-3 ! ?.*\n)*", r"\1\n", told)
    assert told == ENDS
    assert notes(capsys) == [
        "note: child-1 ended with exit code 9",
        "note: child-2 was killed by SIGKILL",
        "note: child-3 was killed by SIGSEGV",
        "note: child-4 ended with exit code 1",
        "note: child-5 ended with exit code 3",
        "note: child-6 ended with ValueError: no luck (mp.transcript() has the traceback)",
        "note: child-7 ended with RuntimeError: the effect (mp.transcript() has the traceback)",
    ]


@per_method
def test_a_crash_reads_the_same_on_every_machine(method: str) -> None:
    with observe(method) as mp:
        run(mp, workers.segfault)
    told = mp.transcript()
    assert "in string_at" in told and "observed_workers.py" in told
    assert "0x" not in told and os.sep + "observed" not in told, told


@per_method
def test_exceptions_that_are_hard_to_tell(method: str, capsys: Any) -> None:
    with observe(method) as mp:
        run(mp, workers.fail_unspeakably)
        run(mp, workers.fail_in_a_group)
        run(mp, workers.fail, "")
        run(mp, workers.fail, "ends with:\n\n")
    told = mp.transcript()
    assert "child-1 ! observed_workers.Unspeakable: <exception str() failed>" in told
    assert "child-2 !   | ExceptionGroup: several (2 sub-exceptions)" in told
    assert "child-2 !     | ValueError: one" in told and "child-2 !     | KeyError: 'two'" in told
    assert "child-3 ! ValueError" in told.splitlines()
    assert "/" not in told.replace("/ ", ""), "no directories"
    said = notes(capsys)
    assert len(said) == 4, said
    assert said[0].startswith("note: child-1 ended with Unspeakable")
    assert said[1].startswith("note: child-2 ended with ExceptionGroup: several")
    assert said[2].startswith("note: child-3 ended with ValueError (mp")


@per_method
def test_what_bypasses_print_is_there_too(method: str) -> None:
    with observe(method) as mp:
        run(mp, workers.print_raw)
    assert mp.transcript().splitlines() == [
        "child-1 | by print",
        "child-1 | by write to 1",
        "child-1 | by another program",
        "child-1 ! by write to 2",
    ]


@per_method
def test_grandchildren_have_their_own_lines(method: str) -> None:
    with observe(method) as mp:
        run(mp, workers.with_child, mp, workers.print_lines, "from the grandchild")
        run(mp, workers.print_lines, "from the second child")
    assert mp.transcript().splitlines() == [
        "child-1.1 | from the grandchild",
        "child-2 | from the second child",
    ]


@per_method
def test_threads_of_a_child_do_not_tear_lines(method: str) -> None:
    with observe(method) as mp:
        run(mp, workers.print_from_threads, 4, 200)
    lines = mp.transcript().splitlines()
    expected = [f"child-1 | thread {t} line {n} {'x' * 20}" for t in range(4) for n in range(200)]
    assert sorted(lines) == sorted(expected)
    for thread in range(4):
        mine = [line for line in lines if f"thread {thread} " in line]
        assert mine == expected[thread * 200 : (thread + 1) * 200]


@per_method
def test_a_flood_is_cut_with_a_note(method: str) -> None:
    with observe(method, deadline_s=20) as mp:
        run(mp, workers.flood_stdout, 6 << 20)
    lines = mp.transcript().splitlines()
    assert (4 << 20) - 100 < sum(len(line) - len("child-1 | ") + 1 for line in lines) < 5 << 20
    assert lines[-1] == "child-1 ! [printed more than 4 MB; the rest is cut]"


@per_method
def test_a_raw_flood_is_cut_with_a_note(method: str) -> None:
    with observe(method, deadline_s=20) as mp:
        run(mp, workers.flood_raw, 3 << 20)
    lines = mp.transcript().splitlines()
    assert sum(map(len, lines)) < 2 << 20
    assert lines[-1] == "child-1 ! [wrote more than 1 MB past print; the rest is cut]"


def test_the_transcript_is_the_same_under_every_method_and_on_every_run() -> None:
    told = set()
    for method in START_METHODS * 2:
        with observe(method) as mp:
            for name in "ABC":
                run(mp, workers.print_everything, name)
            with mp.Pool(1) as pool:
                pool.map(workers.say_square, range(3))
            run(mp, workers.fail)
        told.add(str(mp.transcript()))
    assert len(told) == 1


@per_method
def test_a_message_that_cannot_be_pickled_is_mentioned(method: str) -> None:
    """Also when its process ends right after the put: Python would drop it without a word."""
    for _ in range(3):
        with observe(method) as mp:
            numbers = mp.Queue()
            run(mp, workers.put_unpicklable, numbers)
            assert [numbers.get(), numbers.get()] == ["first", "last"]
            numbers.put(lambda: 0)
        lines = [line.partition(": Pickling is not")[0] for line in mp.transcript().splitlines()]
        text = "numbers: dropped a message that cannot be pickled: "
        assert lines[0].startswith(f"parent ! {text}")
        assert lines[1] == f"child-1 ! {text}RuntimeError: I stay where I am"


def test_a_transcript_needs_a_block() -> None:
    mp = observe("spawn")
    with pytest.raises(ValueError, match="has not begun"):
        mp.transcript()
    with mp:
        assert mp.transcript() == ""
