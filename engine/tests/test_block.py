"""What `observe()` can be told, and `mp.stop()`: a block ends when somebody says so."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import observed_workers as workers
import pytest
from observing import per_method

import mpscope
from mpscope import BlockStopped, ChildFailed, DeadlineExceeded, observe
from mpscope._recording import recorder
from mpscope._trace.processes import KILLED, STOPPED

PROGRAM = """
import os, sys
import observed_workers as workers
from mpscope import observe

if __name__ == "__main__":
    with observe(sys.argv[1], 20, echo=True) as mp:
        for target, args in ((workers.print_lines, ["one"]), (workers.print_raw, [])):
            child = mp.Process(target=target, args=args)
            child.start()
            child.join()
    print("kept:", sorted(str(mp.transcript()).splitlines()))
"""


@per_method
def test_stop_from_another_thread_ends_a_wait(method: str) -> None:
    with pytest.raises(BlockStopped, match=r"parent waits in numbers\.get\(\)") as caught:
        with observe(method, deadline_s=60) as mp:
            numbers = mp.Queue()
            child = mp.Process(target=workers.sleep)
            child.start()
            threading.Thread(target=mp.stop).start()
            numbers.get()
    assert not isinstance(caught.value, DeadlineExceeded)
    assert child.exitcode is not None and recorder.current is None


def test_stop_reaches_a_block_of_another_thread() -> None:
    """No signal can: the observed objects wait in slices."""
    begun, caught = threading.Event(), []

    def block() -> None:
        try:
            with observe("spawn", deadline_s=60) as mp:
                blocks.append(mp)
                begun.set()
                mp.Queue().get()
        except BlockStopped as error:
            caught.append(error)

    blocks: list[Any] = []
    thread = threading.Thread(target=block)
    thread.start()
    assert begun.wait(30)
    blocks[0].stop()
    thread.join(30)
    assert len(caught) == 1 and not thread.is_alive()


def test_pictures_of_a_block_that_is_open_and_of_one_that_is_stopped_by_hand() -> None:
    """The parent waits in both; that nobody could end its wait, no supervisor has said."""
    drawn: list[str] = []

    def draw_and_stop() -> None:
        while not any(it.channel == "box" for it in mp.trace.logs[0].doing()):
            time.sleep(0.01)
        time.sleep(0.05)
        bell.set()  # a picture of an open block goes to the last thing that is known
        drawn.append(mp.timeline().svg)
        mp.stop()

    with pytest.raises(BlockStopped), observe("spawn", deadline_s=60) as mp:
        bell, box = mp.Event(), mp.Queue()
        threading.Thread(target=draw_and_stop).start()
        box.get()
    drawn.append(mp.timeline().svg)
    assert all(">box.get()<" in picture for picture in drawn)
    assert ">stopped<" in drawn[1] and ">stopped" not in drawn[0] and "nobody" not in drawn[1]


def test_who_was_joined_before_the_block_was_stopped_was_not_killed_by_the_block() -> None:
    with pytest.raises(ChildFailed), observe("spawn", deadline_s=60) as mp:
        child = mp.Process(target=workers.kill_myself)
        child.start()
        child.join()
        mp.Queue().get()
    shown, cast = mp.trace.processes[1], mp.trace.cast
    assert (shown.outcome, shown.exit_code) == (KILLED, -9) and shown.ended_ns < cast.stop_ns


@per_method
def test_who_is_joined_after_the_block_was_stopped_was_killed_by_the_block(method: str) -> None:
    """As a manager is, at the end of its `with`, when its process has not quite gone yet."""
    with pytest.raises(BlockStopped), observe(method) as mp:
        child = mp.Process(target=time.sleep, args=(60,))
        child.start()
        try:
            mp.stop()
            time.sleep(10)
        finally:
            child.join()
    assert mp.trace.processes[1].outcome == STOPPED


def test_stop_means_nothing_before_and_after_the_block() -> None:
    mp = observe("spawn")
    mp.stop()
    with mp:
        assert mp.Event() is not None
    mp.stop()


@per_method
def test_quiet_leaves_out_the_note_about_failed_children(
    method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for quiet in (False, True):
        with observe(method, quiet=quiet) as mp:
            mp.Process(target=workers.fail, args=("so it goes",)).start()
        assert ("note: child-1 ended with" in capsys.readouterr().err) is not quiet


@per_method
def test_echo_passes_output_on_and_keeps_it(method: str, tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(file), method],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([os.path.dirname(__file__), *sys.path])},
        check=True,
    )
    *live, kept = done.stdout.splitlines()
    expected = ["by another program", "by print", "by write to 1", "one"]
    assert sorted(live) == expected, "each line once"
    assert done.stderr.splitlines() == ["by write to 2"]
    assert all(line in kept for line in [*expected, "by write to 2"])


@per_method
def test_an_error_that_ends_a_block_has_the_last_words(method: str) -> None:
    with pytest.raises(DeadlineExceeded) as caught:
        with observe(method, deadline_s=3) as mp:
            lines = [f"line {n}" for n in range(5)]
            mp.Process(target=workers.print_lines, args=lines).start()
            time.sleep(60)
    told = "Printed last:\n  child-1 | line 2\n  child-1 | line 3\n  child-1 | line 4"
    assert caught.value.__notes__ == [told]
    assert not hasattr(mpscope.BlockStopped("x"), "__notes__")


# --- interpreters ---


@pytest.mark.skipif(sys.version_info < (3, 14), reason="concurrent.interpreters is new in 3.14")
def test_a_block_in_an_interpreter_is_refused_in_a_sentence() -> None:
    from concurrent import interpreters

    interpreter = interpreters.create()
    interpreter.exec(f"import sys; sys.path[:] = {sys.path!r}")
    with pytest.raises(interpreters.ExecutionFailed, match="open the block there"):
        interpreter.exec("from mpscope import observe\nwith observe('spawn'):\n    pass")
    interpreter.close()


@pytest.mark.skipif(sys.version_info < (3, 14), reason="concurrent.interpreters is new in 3.14")
def test_a_wait_for_an_interpreter_is_told_with_the_line_of_the_user() -> None:
    from concurrent import interpreters

    with pytest.raises(DeadlineExceeded, match=r"parent runs test_block\.py, line"):
        with observe(deadline_s=1):
            interpreters.create_queue().get()
