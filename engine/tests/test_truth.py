"""Nothing false is said: each kind of false sentence that was found has its program here."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import truth_programs as programs
from observing import as_in_a_notebook, notes, per_method  # noqa: F401
from outside import START_METHODS

from mpscope import observe
from mpscope._diagnosis.waitgraph import Account
from mpscope._recording.records import CODE, UNBOUNDED
from mpscope._supervision import report
from mpscope._supervision.quiescence import Moving, Quiescence
from mpscope._trace.events import Events
from mpscope.errors import BlockStopped, CannotPickle, DeadlineExceeded, Deadlock, IpcError

FORK = "fork" if "fork" in START_METHODS else START_METHODS[0]
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


def told(program: Any, method: str, *args: Any) -> str:
    """What is said of a program that waits for ever."""
    with pytest.raises(IpcError) as caught, observe(method, deadline_s=8) as mp:
        program(mp, *args)
    return str(caught.value)


# --- who was given what ---


@linux_only
@per_method
@pytest.mark.parametrize("how", ["attribute", "partial", "nested", "object"])
def test_what_travels_in_any_way_was_given(how: str, method: str) -> None:
    text = told(programs.given_somehow, method, how)
    assert "was ever given" not in text and "among the arguments of no process" not in text
    assert "until child-1 puts something into box, but child-1 waits, too" in text


@linux_only
def test_who_has_made_a_pipe_holds_its_ends() -> None:
    text = told(programs.kept_by_its_maker, "spawn")
    assert "They wait in a circle" in text
    assert "Nobody holds" not in text


@linux_only
def test_what_travels_in_a_message_may_be_anywhere() -> None:
    assert "was ever given" not in told(programs.end_of_a_message, "spawn")


@linux_only
@pytest.mark.parametrize(
    ("program", "cure"),
    [
        (programs.event_of_who_left, "is awaited. A time-out (wait(timeout=...)) lets you notice."),
        (programs.tasks_of_who_left, "call task_done() once for each message, in a `finally`."),
        (programs.queue_of_who_left, "A time-out (get(timeout=...), poll(...)) lets you notice."),
    ],
)
def test_a_cure_is_one_that_this_call_can_take(program: Any, cure: str) -> None:
    """`join()` takes no time-out, and an Event has no get()."""
    [told_of_child] = re.findall(r"Waiting for a child that has ended: .*", told(program, "spawn"))
    assert told_of_child.endswith(cure)


# --- names and roles ---


def test_no_two_processes_have_one_label() -> None:
    with observe(FORK) as mp:
        for options in ({"name": "child-2"}, {}, {"name": "x"}, {"name": "x"}, {}):
            programs.run(mp, str, **options).join()
    labels = [process.label for process in mp.trace.processes]
    assert labels == ["parent", "child-2", "child-3", "x", "x-2", "child-5"]


def test_the_workers_of_a_pool_in_a_worker_have_plain_labels() -> None:
    with observe("fork") as mp, ProcessPoolExecutor(1, mp_context=mp) as pool:
        assert pool.submit(programs.pool_of_its_own, mp).result() == [1, 2]
    labels = [process.label for process in mp.trace.processes]
    assert labels == ["parent", "pool-worker-1", "pool-worker-1.1"]


def test_a_class_called_worker_is_no_worker_of_a_pool() -> None:
    with observe(FORK) as mp:

        class Worker(mp.Process):  # type: ignore[name-defined, misc]
            def run(self) -> None:
                print("at work")

        child = Worker()
        child.start()
        child.join()
    assert "pool" not in mp.describe() and "at work" in mp.transcript()


# --- sentinels, tasks, halves of messages ---


@linux_only
@per_method
def test_a_copy_is_not_the_object_that_was_sent(method: str) -> None:
    for program, name in (
        (programs.sentinel_by_identity, "object"),
        (programs.own_sentinel, "End"),
    ):
        text = told(program, method)
        assert (
            "A sentinel that is not recognised: the last message that child-1 got from box " in text
        )
        assert f"was <{name}>" in text and "sentinel too few" not in text


@linux_only
def test_messages_of_one_class_are_no_sentinels() -> None:
    assert "not recognised" not in told(programs.jobs_of_one_kind, FORK)


@linux_only
def test_a_task_that_is_never_done() -> None:
    assert "child-1 got 3 messages and called task_done() twice" in told(
        programs.task_not_done, FORK
    )


@linux_only
@per_method
def test_half_a_message_in_a_queue(method: str) -> None:
    for program in (programs.half_a_message, programs.half_a_message_and_another_child):
        text = told(program, method)
        assert "Half a message: " in text and "go on with a new queue" in text


# --- at the start ---

STILLBORN = """
import os, sys
from mpscope import observe
if __name__ == "__mp_main__": os._exit(7)
if __name__ == "__main__":
    with observe("spawn", deadline_s=8) as mp:
        mp.Process(target=print, args=(b"x" * 5_000_000,)).start()
"""


@linux_only
def test_a_child_that_ends_while_it_is_being_born(tmp_path: Path) -> None:
    (tmp_path / "born.py").write_text(STILLBORN)
    began = time.monotonic()
    done = subprocess.run([sys.executable, "born.py"], cwd=tmp_path, capture_output=True, text=True)
    assert "child-1 ended with exit code 7 before reading any argument" in done.stderr
    assert time.monotonic() - began < 6


class Guarded:
    def __reduce__(self) -> Any:
        raise OSError(24, "Too many open files")


def test_only_a_pickling_error_is_explained_as_one() -> None:
    with pytest.raises(OSError, match="Too many open files") as caught, observe("spawn") as mp:
        programs.run(mp, print, Guarded())
    assert not isinstance(caught.value, CannotPickle)


def test_the_attribute_that_cannot_travel_is_named() -> None:
    with pytest.raises(CannotPickle, match="attribute 'guard' of child-1"), observe("spawn") as mp:
        child = mp.Process(target=str)
        child.guard = open(__file__)  # type: ignore[attr-defined]  # noqa: SIM115
        child.start()


@pytest.mark.parametrize("method", [m for m in START_METHODS if m != "fork"])
def test_an_argument_without_a_name(method: str, capsys: pytest.CaptureFixture[str]) -> None:
    with observe(method) as mp:
        child = mp.Process(target=programs.show, args=[mp.Value("i", 7)])
        child.start()
        child.join()
    assert "nobody in the parent keeps it" in notes(capsys)[0]
    assert "nobody in the parent keeps it" in mp.transcript()


def test_a_traceback_is_not_trimmed_to_nothing() -> None:
    with observe(FORK) as mp:
        programs.run(mp, programs.show).join()
    assert 'File "process.py", line ' in mp.transcript()


# --- signals and the deadline ---


@pytest.mark.skipif(not hasattr(signal, "SIGUSR2"), reason="POSIX")
@pytest.mark.parametrize("program", [programs.handle_usr2, programs.become_another_program])
def test_no_signal_of_the_users_is_used(program: Any) -> None:
    with pytest.raises(DeadlineExceeded) as caught, observe(FORK, deadline_s=1) as mp:
        ready = mp.Event()
        programs.run(mp, program, ready)
        ready.wait()
        time.sleep(30)
    assert "deadline of 1 s" in str(caught.value) and "deadline_s=" in str(caught.value)
    assert "SIGUSR2" not in str(caught.value) and "SIGURG" not in str(caught.value)
    assert "usr2" not in mp.transcript()


# --- silent success is told ---


def test_what_nobody_read_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with observe(FORK) as mp:
        box = mp.Queue()
        child = programs.run(mp, programs.take_one, box)
        for _ in range(50):
            box.put("x" * 10_000)
        child.join()
    (note,) = notes(capsys)
    assert note.startswith("note: 49 messages that parent put into box were never read. A plain ")
    assert re.search(r"A plain program would not end here: .* for box", mp.describe())


def test_what_was_dropped_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with observe(FORK) as mp:
        box = mp.Queue()
        box.put(lambda: 0)
        box.put(1)
        box.get()
    assert notes(capsys) == [
        "note: <function>, which parent put into box, cannot be pickled and was dropped"
    ]


def test_exit_codes_are_told_but_not_those_of_ones_own_making(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with observe(FORK) as mp:
        programs.run(mp, sys.exit, 3).join()
        asleep = programs.run(mp, time.sleep, 30)
        asleep.terminate()
        asleep.join()
        programs.run(mp, time.sleep, 30, daemon=True)
    assert notes(capsys) == ["note: child-1 ended with exit code 3"]


def test_all_is_quiet_when_told_so_or_when_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    for quiet in (True, False):
        with observe(FORK, quiet=quiet) as mp:
            box = mp.Queue()
            programs.run(mp, sys.exit, 3 if quiet else 0).join()
            box.put(1)
            box.get()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "worker", [programs.add, programs.add_under_lock, programs.add_under_lock_in_a_line]
)
def test_a_lost_update_is_told(worker: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with observe(FORK) as mp:
        total, meeting = mp.Value("i", 0), mp.Barrier(2)
        children = [programs.run(mp, worker, total, meeting, 3000) for _ in range(2)]
        for child in children:
            child.join()
    lost = total.value < 6000
    said = any("`with total.get_lock():`" in note for note in notes(capsys))
    assert said or not lost
    assert not said or worker is programs.add


def test_who_only_looks_on_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with observe(FORK) as mp:
        total, meeting = mp.Value("i", 0), mp.Barrier(2)
        worker = programs.add_or_look_on
        for child in [programs.run(mp, worker, total, meeting, 2000) for _ in range(2)]:
            child.join()
    assert total.value == 2000 and notes(capsys) == []


def test_who_updates_another_part_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with observe(FORK) as mp, mp.Manager() as manager:
        table, row, meeting = manager.dict({0: 0, 1: 0}), mp.Array("i", 2), mp.Barrier(2)
        for counts in (table, row):
            children = [programs.run(mp, programs.add_to_own, counts, meeting, n) for n in range(2)]
            for child in children:
                child.join()
        assert [*table.values(), *row] == [300] * 4
    assert notes(capsys) == []


@per_method
@pytest.mark.parametrize("worker", [programs.add_to, programs.move])
@pytest.mark.parametrize("sides", [(1, 1), (0, 1)])
def test_an_update_of_the_same_item_or_field_is_lost(
    method: str, worker: Any, sides: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    with observe(method) as mp:
        shared = mp.Array("i", 2) if worker is programs.add_to else mp.Value(programs.Point)
        meeting = mp.Barrier(2)
        for child in [programs.run(mp, worker, shared, side, meeting) for side in sides]:
            child.join()
    told = [note for note in notes(capsys) if note.startswith("note: shared: an update was lost")]
    assert len(told) == (sides == (1, 1))


def test_who_takes_empty_for_the_end_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with observe(FORK) as mp:
        box = mp.Queue()
        while not box.empty():
            box.get()
        programs.run(mp, box.put, 1).join()
    (note,) = notes(capsys)
    assert note.startswith("note: 1 message that child-1 put into box was never read. parent found")
    assert note.endswith(": that it is empty does not say that nothing more is on its way")


# --- guesses are called so, and consequences have their cause ---


@linux_only
@pytest.mark.skipif(FORK != "fork", reason="needs a copy")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_lock_that_was_copied_while_it_was_held_is_a_guess() -> None:
    with pytest.raises(DeadlineExceeded) as caught, observe(FORK, deadline_s=1) as mp:
        programs.forked_beside_a_thread(mp)
    assert "Probably a lock that was copied while it was held: child-1 " in str(caught.value)
    assert "nothing here proves it" in str(caught.value)


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="POSIX")
def test_a_handler_that_ends_the_wait_it_interrupts() -> None:
    with pytest.raises(DeadlineExceeded) as caught, observe(FORK, deadline_s=1.5) as mp:
        programs.set_in_a_handler(mp)
    assert (
        "A handler that ends the wait it interrupts: parent was in ready.wait() when its signal "
        "handler called ready.set(), which waits until parent has woken"
    ) in str(caught.value)


def test_what_a_child_did_not_send_is_told_with_how_it_ended() -> None:
    with pytest.raises(EOFError) as caught, observe(FORK) as mp:
        ours, theirs = mp.Pipe()
        programs.run(mp, programs.leave_with, 4, theirs)
        theirs.close()
        ours.recv()
    assert caught.value.__notes__ == ["Meanwhile, child-1 ended with exit code 4."]


def test_a_proxy_that_outlives_its_manager_is_explained() -> None:
    with pytest.raises(FileNotFoundError) as caught, observe(FORK) as mp:
        with mp.Manager() as manager:
            table = manager.dict()
        table.copy()
    (note,) = caught.value.__notes__
    assert note.startswith("table lives in manager-1, and manager-1 has been shut down: ")


def test_a_daemon_that_starts_a_process_is_told_the_cure() -> None:
    with observe(FORK, quiet=True) as mp:
        child = mp.Process(target=programs.run, args=(mp, print), daemon=True)
        child.start()
        child.join()
    assert "make this child without daemon=True" in mp.transcript()


def test_a_proxy_dropped_on_the_way(capsys: pytest.CaptureFixture[str]) -> None:
    with observe(FORK) as mp, mp.Manager() as manager:
        box = mp.Queue()
        box.put(manager.list([1, 2, 3]))
        time.sleep(0.5)
        programs.run(mp, programs.read, box).join()
    assert "the sender dropped its last reference" in notes(capsys)[0]


@pytest.mark.skipif(FORK != "fork", reason="forks")
def test_a_connection_to_a_manager_that_a_raw_fork_has_copied() -> None:
    with observe(FORK, deadline_s=5) as mp, mp.Manager() as manager:
        table = manager.dict(a=0)
        table["a"] = 1
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        table._tls.connection.close()  # stands for an answer that was meant for the other one
        with pytest.raises(OSError) as caught:
            table["a"] = 2
    assert "which copies the connection to a manager" in caught.value.__notes__[0]


# --- a crash ---


@linux_only
@pytest.mark.parametrize("waits", [True, False])
def test_a_crash_beside_shared_memory_is_told_as_inferred(waits: bool, capsys: Any) -> None:
    if waits:
        text = told(programs.crash_in_memory, "spawn", True, True)
        assert "SIGSEGV at truth_programs.py, line" in text
    else:
        with observe("spawn") as mp:
            programs.crash_in_memory(mp, True, False)
        (text,) = notes(capsys)
    assert "likely cause, which nothing here proves" in text and "Keep the SharedMemory" in text
    assert "likely cause" not in told(programs.crash_in_memory, "spawn", False, True)


# --- a loop that polls ---


@linux_only
@per_method
@pytest.mark.parametrize("how", ["flag", "queue", "simple"])
def test_who_polls_is_told_who_did_not_live_to_act(how: str, method: str) -> None:
    with pytest.raises(BlockStopped) as caught, observe(method) as mp:
        programs.poll_the_dead(mp, how, True)
    text = str(caught.value)
    deed = "called ready.set()" if how == "flag" else "put anything into ready"
    assert f"child-1 was killed by SIGKILL before it had {deed}" in text, text
    assert re.search(r"asked ready\.\w+\(\) \d+ times in vain \(truth_programs.py, line", text)


@linux_only
@pytest.mark.parametrize("how", ["flag", "queue", "simple"])
def test_who_polls_somebody_who_lives_is_not(how: str) -> None:
    with pytest.raises(BlockStopped) as caught, observe(FORK) as mp:
        programs.poll_the_dead(mp, how, False)
    assert "in vain" not in str(caught.value)


@linux_only
@per_method
@pytest.mark.parametrize(
    ("how", "asked", "deed"),
    [
        ("flag", "what.is_set()", "sets what"),
        ("queue", "what.empty()", "puts something into what"),
        ("get", "what.get()", "puts something into what"),
        ("end", "theirs.poll()", "sends through ours"),
        ("value", "what.value", "changes what.value"),
        ("size", "what.qsize()", "changes what"),
        ("item", "what['ready']", "changes what['ready']"),
        ("space", "what.ready", "changes what.ready"),
    ],
)
def test_a_loop_of_a_child_that_only_asks_is_a_wait(
    how: str, asked: str, deed: str, method: str
) -> None:
    text = told_early(programs.child_asks_in_vain, method, how)
    assert f"child-1 asks {asked} again and again (truth_programs.py" in text
    assert "They wait in a circle: parent → child-1 → parent." in text
    assert f"until parent {deed}, but parent waits, too" in text


@linux_only
@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize(
    ("how", "who"),
    [
        *(("flag", who) for who in ("thread", "sibling", "parent", "child itself")),
        *(
            (how, who)
            for how in ("queue", "get", "end", "value", "size", "item")
            for who in ("thread", "parent")
        ),
    ],
)
def test_a_child_that_asks_for_what_comes_late_is_left_alone(
    how: str, who: str, method: str
) -> None:
    with observe(method, deadline_s=60) as mp:
        programs.child_asks_until(mp, how, who)


def test_a_child_may_begin_to_ask_while_something_moves() -> None:
    """Its program got a KeyError, with its pid, out of whatever line it was in."""
    beats = iter([{}, {4711: 3}])

    class Looks(Quiescence):
        def _look(self, started: list[Any]) -> Any:
            self._beats = next(beats)
            raise Moving

    looks = Looks(SimpleNamespace(endless_wait=lambda kinds: (0, 0)), threads=None)  # type: ignore[arg-type]
    assert not looks.lasts([])
    assert not looks.lasts([])


@linux_only
def test_a_child_that_counts_while_it_asks_does_not_wait() -> None:
    with observe(FORK, deadline_s=60) as mp:
        programs.child_that_counts(mp)


@linux_only
def test_a_child_that_finds_a_state_as_it_was_and_goes_on_does_not_wait() -> None:
    with observe(FORK, deadline_s=60) as mp:
        assert programs.child_that_looks_again_and_again(mp) == 40


# --- what no other process can reach ---


def told_in_the_end(program: Any, method: str) -> str:
    with pytest.raises(DeadlineExceeded) as caught, observe(method, deadline_s=2) as mp:
        program(mp)
    return str(caught.value)


@linux_only
@per_method
def test_a_variable_that_only_the_parent_has_changed_is_told(method: str) -> None:
    text = told_in_the_end(programs.sets_its_own_variable, method)
    assert "not shared: child-1 is in `while still_running` (truth_programs.py, line" in text, text
    assert "by parent's, that loop would be over" in text and "Share an Event" in text
    assert "not shared" not in told_in_the_end(programs.runs_itself, method)


@linux_only
@pytest.mark.parametrize(
    ("program", "words"),
    [
        (programs.sets_its_own_event, "child-1 waits in wait() of threading (truth_programs.py"),
        (programs.waits_for_another_copy, "parent waits in get() of queue (truth_programs.py"),
        (programs.naps, ""),
        (programs.is_to_be_signalled, ""),
    ],
)
def test_an_object_of_threads_that_another_process_was_to_use_is_told(
    program: Any, words: str
) -> None:
    text = told_in_the_end(program, FORK)
    assert (f"An object of threads between processes: {words}" in text) == bool(words), text
    assert ("of multiprocessing." in text) == bool(words)


@linux_only
@per_method
def test_a_child_that_waits_for_its_own_thread_is_not_leaving(method: str) -> None:
    text = told_in_the_end(programs.waits_for_its_thread, method)
    assert "child-1 has run to its end and waits, at exit, for a thread of its own" in text


# --- random numbers ---


@pytest.mark.parametrize("count", [1, 2000])
def test_equal_random_numbers_of_forked_children_are_told(
    count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("numpy").random.rand()
    for seeds, different in ([None, None], 1), ([1, 2], 2), ([None, 3], 2), ([5, 5], 1):
        with observe(FORK) as mp:
            assert programs.draws(mp, seeds, count) == different
        told = "child-1 and child-2 drew the same numbers from numpy.random: a forked child"
        assert any(told in note for note in notes(capsys)) == (seeds == [None, None])


def test_a_program_is_told_of_equal_numbers(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    path = tmp_path / "draws.py"
    path.write_text(
        "import multiprocessing, numpy.random\n"
        "numpy.random.rand()\n"
        "if __name__ == '__main__':\n"
        "    fork = multiprocessing.get_context('fork')\n"
        "    for child in [fork.Process(target=numpy.random.rand) for _ in range(2)]:\n"
        "        child.start()\n"
        "        child.join()\n"
    )
    command = [sys.executable, "-m", "mpscope", "run", str(path)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60).stderr
    assert "child-1 and child-2 drew the same numbers from numpy.random" in told, told


def test_the_workers_of_a_forked_pool_are_told_of_equal_numbers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    numpy = pytest.importorskip("numpy")
    numpy.random.seed(1)
    with observe(FORK) as mp:
        meeting = mp.Barrier(2)
        with mp.Pool(2, programs.keep_meeting, (meeting,)) as pool:
            assert len(set(pool.map(programs.meet_and_draw, range(2), chunksize=1))) == 1
    assert any("pool-worker-2 drew the same numbers" in note for note in notes(capsys))
    with observe("spawn") as mp:
        assert programs.draws(mp, [None, None], 1) == 2
    assert notes(capsys) == []


@linux_only
def test_a_loop_that_an_exception_has_ended_asks_no_more() -> None:
    with pytest.raises(BlockStopped) as caught, observe(FORK, deadline_s=60) as mp:
        programs.child_that_was_called_off(mp)
    text = str(caught.value)
    assert "again and again" not in text, text
    assert re.search(r"child-1 runs truth_programs.py, line \d+ in asks_no_more", text), text


# --- stopped, spinning, reading past us ---


@linux_only
def test_a_process_that_a_signal_has_stopped_is_not_called_busy() -> None:
    with pytest.raises(DeadlineExceeded) as caught, observe(FORK, deadline_s=1) as mp:
        programs.stopped(mp)
    assert "child-1 is stopped by a signal, and goes on when SIGCONT comes" in str(caught.value)


def test_a_parent_that_runs_in_circles_is_not_said_to_wait() -> None:
    """Whenever one looks it is in a `recv()`, each time in another one."""
    with pytest.raises(DeadlineExceeded) as caught, observe(FORK, deadline_s=1) as mp:
        programs.spin_at_the_end(mp)
    text = str(caught.value)
    assert "every process waits" not in text and type(caught.value) is DeadlineExceeded
    assert re.search(r"parent has called ours\.recv\(\) \d+ times after its last message", text)


@linux_only
def test_only_who_is_in_the_same_wait_as_before_stays() -> None:
    def begin_to_wait() -> int:
        return box.open(CODE["receive"], 0, sys._getframe(), UNBOUNDED)

    with observe(FORK) as mp:
        box, quiescence = mp._supervisor.box, mp._supervisor.judge.quiescence
        place = begin_to_wait()
        quiescence.lasts([])
        assert quiescence.stays([])
        box.turn_into(place, CODE["eof"])
        again = begin_to_wait()
        assert not quiescence.stays([])
        box.turn_into(again, CODE["eof"])


@pytest.mark.skipif(sys.platform == "win32", reason="os.read() of a pipe")
@pytest.mark.parametrize("past_us", [True, False])
def test_what_may_have_been_read_past_us_is_not_called_unread(
    past_us: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with observe(FORK) as mp:
        ours, theirs = mp.Pipe(duplex=False)
        theirs.send(1)
        wait([ours])
        if past_us:
            assert os.read(ours.fileno(), 99)
    assert len(notes(capsys)) == (0 if past_us else 1)
    assert ("nobody receives it" in mp.describe()) is not past_us
    assert ("nobody receives it" in mp.timeline().alt) is not past_us


# --- an error is short ---


def length(error: BaseException) -> int:
    """Lines of its text and its notes; none of them is a page by itself."""
    lines = "\n".join([str(error), *getattr(error, "__notes__", ())]).splitlines()
    assert max(map(len, lines)) < 1000
    return len(lines)


@pytest.mark.slow
@linux_only
@pytest.mark.parametrize("program", [programs.many_wait, programs.many_fail, programs.many_in_turn])
def test_an_error_about_many_processes_is_short(program: Any) -> None:
    with pytest.raises(IpcError) as caught, observe(FORK, deadline_s=30) as mp:
        program(mp, 40)
    assert length(caught.value) <= 60
    assert re.search(r"and \d+ (others|more)", str(caught.value)), "with the number of the others"


@linux_only
def test_to_judge_many_processes_is_to_read_their_events_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of forty that wait, each pattern read all events anew for each: the verdict took a minute."""
    made: Counter[type] = Counter()
    for one in (Events, Account):
        monkeypatch.setattr(one, "__init__", counting(one, made))
    with pytest.raises(Deadlock), observe(FORK, deadline_s=30) as mp:
        programs.many_wait(mp, 10)
    assert 1 <= made[Events] <= made[Account]


@linux_only
def test_what_ends_while_a_deadlock_is_judged_is_no_part_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Children end themselves at the deadline; who looked again after that told them as ended."""

    def no_name_until_late(account: Account) -> list[Any]:
        time.sleep(max(0.0, began + 6 - time.monotonic()))
        return []

    monkeypatch.setattr(report, "recognise", no_name_until_late)
    began = time.monotonic()
    with pytest.raises(Deadlock) as caught, observe(FORK, deadline_s=3) as mp:
        programs.many_wait(mp, 2)
    assert "child-2 waits in box.get()" in str(caught.value)
    assert "ended by the block" not in str(caught.value)


def counting(one: type, made: Counter[type]) -> Callable[..., None]:
    """Its ``__init__``, which counts how often it is called."""
    plain: Callable[..., None] = one.__init__  # type: ignore[misc]

    def init(self: object, *args: Any) -> None:
        made[one] += 1
        plain(self, *args)

    return init


@linux_only
def test_an_error_about_a_large_pool_is_short() -> None:
    with pytest.raises(IpcError) as caught, observe(FORK, deadline_s=4) as mp, mp.Pool(50) as pool:
        pool.map(programs.say_and_wait, range(50), chunksize=1)
    assert length(caught.value) <= 60


# --- loops that ask what is shared, and who waits for a manager ---


def told_early(program: Any, method: str, *args: Any) -> str:
    """What is said of it long before any deadline."""
    with pytest.raises(IpcError) as caught, observe(method, deadline_s=60) as mp:
        program(mp, *args)
    assert type(caught.value) is not DeadlineExceeded
    return str(caught.value)


@linux_only
@per_method
def test_poll_without_a_time_out_is_a_wait(method: str) -> None:
    text = told_early(programs.await_a_message, method)
    assert "parent waits in ours.poll(None) (truth_programs.py, line " in text
    assert "They wait in a circle: parent → child-1 → parent." in text


@linux_only
@per_method
def test_a_pool_whose_workers_all_wait_is_told_of_at_once(method: str) -> None:
    text = told_early(programs.tasks_that_meet_too_late, method)
    assert "Tasks that wait for other tasks: 1 task of pool has not begun" in text
    assert "until parent or pool-worker-2 puts something into box" in text  # its next task may
    with observe(method, deadline_s=60) as mp:
        programs.tasks_that_a_thread_frees(mp)


@linux_only
@per_method
def test_an_rlock_is_no_cure_for_a_lock_that_another_is_to_release(method: str) -> None:
    text = told_early(programs.handed_over_to_who_fails, method)
    assert "RLock" not in text
    assert "child-1, which was given it, too, ended with TypeError: wrong. If child-1 was" in text


@linux_only
@per_method
def test_who_has_put_nothing_is_among_those_that_could(method: str) -> None:
    text = told_early(programs.one_put_nothing, method)
    assert (
        "child-1, child-2 and child-3 ended well. They had sent: child-1 0, child-2 1 and" in text
    )
    assert "; parent had received 2. A time-out" in text


@linux_only
def test_a_signal_that_came_before_its_handler() -> None:
    text = told_early(programs.signalled_too_early, "spawn")
    assert "A signal that came before its handler: child-1 was killed by SIGUSR1" in text


@linux_only
@per_method
def test_what_waits_for_a_manager_has_a_name(method: str) -> None:
    for program, words in (
        (programs.managed_tasks_not_done, "child-1 got 3 messages and called task_done() twice."),
        (programs.managed_party_missing, "gate opens when more processes wait at it, and only 2"),
        (programs.managed_notified_too_early, "parent called ready.notify() before child-1 began"),
        (
            programs.set_and_cleared_too_early,
            "parent called ready.set(), and parent ready.clear(), before child-1 began to wait. ",
        ),
    ):
        assert words in told_early(program, method)


@linux_only
@per_method
def test_a_child_that_survives_terminate_is_called_so(method: str) -> None:
    with pytest.raises(DeadlineExceeded) as caught, observe(method, deadline_s=3) as mp:
        programs.terminated_in_vain(mp)
    assert (
        "A child that survives terminate(): parent waits in child-1.join(), and child-1, for which "
        "terminate() was called, goes on: it handles, ignores or blocks SIGTERM."
    ) in str(caught.value)
    with observe(method) as mp:
        programs.terminated_in_vain(mp, ends=True)


@linux_only
def test_a_signal_that_was_heard_is_not_called_unheard() -> None:
    assert "nobody hears" not in told_early(programs.heard_once, FORK)


def test_a_pool_that_ended_with_the_block_was_not_terminated_by_anybody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with observe(FORK) as mp:
        mp.Pool(1).map_async(time.sleep, [1, 1, 1], chunksize=1)
    (note,) = notes(capsys)
    assert note.startswith("note: pool-1 was terminated when everything ended, before all of its")


@linux_only
def test_a_thread_whose_line_is_not_known_has_no_empty_brackets() -> None:
    async def wait_in_a_thread(end: Any) -> None:
        await asyncio.to_thread(end.recv)

    with pytest.raises(DeadlineExceeded) as caught, observe(FORK, deadline_s=1.5) as mp:
        ours, theirs = mp.Pipe()
        programs.run(mp, programs.leave, theirs)
        asyncio.run(wait_in_a_thread(ours))  # until the block closes the other end
    assert "a thread of it waits in ours.recv(), until " in str(caught.value)


@per_method
def test_what_was_changed_in_a_copy_is_told(
    method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with observe(method) as mp:
        assert programs.in_a_manager(mp, programs.change_copies, False) == ([], {})
    told = notes(capsys)
    assert len(told) == 3
    assert told[0].startswith(
        "note: table: a change was lost: `table['a'].append(1)` (truth_programs.py, line "
    )
    with observe(method) as mp:
        assert programs.in_a_manager(mp, programs.change_copies, True) == ([1, 3, 3], {"x": 2})
        assert programs.in_a_manager(mp, programs.change_and_keep, False) == ([1], {"x": 2})
        assert programs.in_a_manager(mp, programs.change_what_is_mine, False) == ([], {})
    assert notes(capsys) == []


@per_method
def test_a_lost_update_of_a_managed_object_is_told(
    method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with observe(method) as mp, mp.Manager() as manager:
        shelf, number, space = manager.dict(n=0), manager.Value("i", 0), manager.Namespace(n=0)
        meeting = mp.Barrier(2)
        args = programs.add_after_all_have_read, shelf, number, space, meeting
        for child in [programs.run(mp, *args) for _ in range(2)]:
            child.join()
        assert [*shelf.values(), number.value, space.n] == [1, 1, 1, 1]
    told = notes(capsys)
    assert [note.split(":")[1] for note in told] == [" number", " shelf", " space"]
    for note in told:
        assert "an update was lost, because another process came between" in note
        assert "Hold one lock around both, in every process" in note
    with observe(method) as mp, mp.Manager() as manager:
        shelf, number, space = manager.dict(n=0), manager.Value("i", 0), manager.Namespace(n=0)
        args = programs.add_in_turn, shelf, number, space, mp.Lock()
        for child in [programs.run(mp, *args) for _ in range(2)]:
            child.join()
        assert [*shelf.values(), number.value, space.n] == [100] * 4
    assert notes(capsys) == []


@per_method
def test_an_update_that_is_lost_between_two_lines_is_told(
    method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for program, names in (
        (programs.add_in_two_lines, [" number", " shelf", " space", " total"]),
        (programs.set_what_is_new, []),
    ):
        with observe(method) as mp, mp.Manager() as manager:
            shelf, number, space = manager.dict(n=0), manager.Value("i", 0), manager.Namespace(n=0)
            total, meeting = mp.Value("i", 0), mp.Barrier(2)
            args = program, shelf, number, space, total, meeting
            for child in [programs.run(mp, *args) for _ in range(2)]:
                child.join()
        told = notes(capsys)
        assert sorted(note.split(":")[1] for note in told) == names
        assert all("an update was lost, because another process came between" in it for it in told)


@per_method
def test_a_child_that_is_inside_the_standard_library_has_the_programs_line(method: str) -> None:
    with pytest.raises(DeadlineExceeded) as caught, observe(method, deadline_s=3) as mp:
        programs.wait_for_another_program(mp)
    assert "child-1 runs truth_programs.py, line " in str(caught.value)
    with pytest.raises(DeadlineExceeded) as caught, observe(method, deadline_s=3) as mp:
        programs.run(mp, time.sleep, 60).join()  # under fork, the frames below are its parent's
    assert "test_truth.py" not in str(caught.value).partition("child-1 ends")[2]


@per_method
def test_a_child_that_was_given_nothing_to_run_is_told(method: str, capsys: Any) -> None:
    """`target=work(1)` calls work in the parent."""
    with observe(method) as mp:
        for target in print("in the parent"), time.time, None:
            child = mp.Process(target=target)
            child.start()
            child.join()
    (note,) = notes(capsys)
    assert note.startswith("note: child-1 and child-3 had nothing to run: no target was given.")
    assert note.endswith("write `target=work, args=(1,)`")
