"""Who waits for whom: every known pattern is named, found at once, and never seen where it is not.

The programs stand in `waits_programs`: those that wait for ever, and those that look alike.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest
import waits_programs as programs
from machine import Patience, stalled_since
from observing import as_in_a_notebook, per_method  # noqa: F401
from outside import START_METHODS

from mpscope import observe
from mpscope._diagnosis.words import together
from mpscope._recording.records import TEXT
from mpscope._render.outputs import Picture
from mpscope._supervision import quiescence, report
from mpscope._supervision.processes import identities
from mpscope._trace.logs import read_folder
from mpscope.errors import ChildFailed, DeadlineExceeded, Deadlock, IpcError, NobodyLeft

LONG_S = 12  # nothing here may need its deadline
AT_ONCE_S = 1.0
FORK = "fork" if "fork" in START_METHODS else START_METHODS[0]
needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="needs /proc")

# program, its healthy twin, the error, its words
PATTERNS: list[tuple[Callable[..., None], Callable[..., None], type[IpcError], str]] = [
    (
        programs.join_before_drain,
        programs.drain_before_join,
        Deadlock,
        "Join before drain: parent waits for child-1 to end, and child-1 cannot end while box holds"
        " something that it has put. First get everything from box, then join child-1.",
    ),
    (
        programs.both_ends_send,
        programs.both_ends_send_little,
        Deadlock,
        "Both ends send: parent sends through ours and child-1 through theirs, and neither "
        "receives.",
    ),
    (
        programs.opposite_order,
        programs.same_order,
        Deadlock,
        "Lock order: child-1 holds left and waits for right; child-2 holds right and waits for "
        "left. Take the locks in one order everywhere, for example left, right.",
    ),
    (
        programs.same_lock_twice,
        programs.same_rlock_twice,
        NobodyLeft,
        "The same lock twice: parent waits for gate, which it holds itself.",
    ),
    (
        programs.holder_dies,
        programs.holder_fails,
        Deadlock,
        "The holder of a lock has ended: child-1 was killed by SIGKILL and has not released gate.",
    ),
    (
        programs.child_has_ended,
        programs.child_puts_before_it_ends,
        Deadlock,
        "Waiting for a child that has ended: parent waits in numbers.get(), and child-1 ended "
        "well.",
    ),
    (
        programs.sentinel_too_few,
        programs.enough_sentinels,
        Deadlock,
        "A sentinel too few: 3 processes read numbers until None comes, and it came only twice",
    ),
    (
        programs.sentinel_too_few_in_a_pipe,
        programs.enough_sentinels_in_a_pipe,
        Deadlock,
        "A sentinel too few: 2 processes read ours → theirs until None comes, and it came only "
        "once, so child-2 waits for more. Send one sentinel through ours for each process that "
        "reads it, before you join.\nmp.waits()",  # and no word of an end of file
    ),
    (
        programs.a_message_too_few,
        programs.enough_messages,
        Deadlock,
        "Perhaps a sentinel too few: 1 reader of numbers ended when 2 had come, and child-2 waits "
        "for more. If 2 is a sentinel, it came too few times. Put one sentinel into numbers for",
    ),
    (
        programs.nobody_has_it,
        programs.somebody_has_it,
        Deadlock,
        "Nobody holds the other end: parent waits in answers.get(), and no other process was ever "
        "given answers. Pass it on: Process(target=..., args=(answers,)).",
    ),
    (
        programs.reader_keeps_writer,
        programs.reader_closes_writer,
        NobodyLeft,
        "An end of file that cannot come: child-1 sends no more, but parent itself still holds "
        "writer, and as long as anybody does, reader.recv() waits.",
    ),
    (
        programs.parent_keeps_writer,
        programs.reader_closes_writer,
        Deadlock,
        "An end of file that cannot come: parent sends no more, but parent still holds writer",
    ),
    (
        programs.leaves_with_a_full_buffer,
        programs.leaves_with_an_empty_buffer,
        NobodyLeft,
        "Put, and never sent: parent waits in box.get(), child-1 ended well, and 2 messages put "
        "into box were never sent.",
    ),
    (
        programs.party_missing,
        programs.no_party_missing,
        Deadlock,
        "A barrier with a party missing: meeting opens when 3 processes wait at it, and only 2 do "
        "(child-1 and child-2).",
    ),
    (
        programs.poisoned_queue,
        programs.not_poisoned_queue,
        ChildFailed,
        "A queue poisoned by a killed reader: child-1 was killed by SIGKILL inside numbers.get()",
    ),
    (
        programs.half_a_message,
        programs.whole_message,
        ChildFailed,
        "Half a message: child-1 was killed by SIGKILL in the middle of a message, and parent "
        "waits for the rest of it.",
    ),
]
# The same kinds in another guise, and loops that only ask: with one start method.
GUISES: list[tuple[Callable[..., None], Callable[..., None], type[IpcError], str]] = [
    (
        programs.managed_holder_dies,
        programs.managed_holder_fails,
        Deadlock,
        "The holder of a lock has ended: child-1 was killed by SIGKILL and has not released gate.",
    ),
    (
        programs.managed_locks_in_opposite_order,
        programs.managed_locks_in_the_same_order,
        Deadlock,
        "Lock order: child-1 holds left and waits for right; child-2 holds right and waits for "
        "left.",
    ),
    (
        programs.joined_under_a_lock,
        programs.joined_under_an_rlock,
        Deadlock,
        "A lock that is held while one waits: parent holds gate, which child-1 waits for, and waits"
        " in child-1.join(). Give gate back",
    ),
    (
        programs.lambda_put,
        programs.nothing_but_data_put,
        NobodyLeft,
        "A message that was dropped: parent waits in box.get(), and child-1 has put <function> "
        "there, which was dropped, because it could not be pickled. The last lines of child-1 say",
    ),
    (
        programs.child_blocks_its_loop,
        programs.child_is_answered,
        Deadlock,
        "A blocking call in an event loop: child-1 waits in theirs.recv() inside a coroutine",
    ),
    (
        programs.handed_over,
        programs.handed_over_and_back,
        ChildFailed,
        "The holder of a lock has ended: child-2 was killed by SIGKILL and has not released gate.",
    ),
    (
        programs.slots_lost,
        programs.slots_given_back,
        ChildFailed,
        "Slots whose holders have ended: child-1 and child-2 were killed by SIGKILL and have not "
        "released slots.",
    ),
    (
        programs.notified_too_early,
        programs.notified_in_time,
        NobodyLeft,
        "A signal that nobody hears: child-1 called changed.notify() before parent began to "
        "wait, and a notification wakes only who waits already.",
    ),
    (
        programs.never_started,
        programs.started,
        NobodyLeft,
        "A process that was never started: parent waits in numbers.get(), and ForkProcess-",
    ),
    (
        programs.waiter_killed,
        programs.waiter_lives,
        ChildFailed,
        "A waiter that cannot wake: child-1 was killed by SIGKILL inside changed.wait(), and "
        "parent waits in changed.notify() until everybody has woken.",
    ),
    (
        programs.block_the_loop,
        programs.wait_in_a_thread,
        Deadlock,
        "A blocking call in an event loop: parent waits in answers.get() inside a coroutine, and "
        "until that is over, its event loop runs no other task. Let a thread wait: "
        "`await asyncio.to_thread(answers.get)`.",
    ),
    (
        programs.flag_never_set,
        programs.flag_set_late,
        ChildFailed,
        "Asking for what a process did not live to do: parent has asked ready.is_set() ",
    ),
    (
        programs.get_again_and_again,
        programs.found_late,
        NobodyLeft,
        "Asking for what a process did not live to do: parent has asked numbers.get() ",
    ),
    (
        programs.ask_for_the_end,
        programs.ask_for_the_end_and_read,
        Deadlock,
        "Join before drain: parent waits for child-1 to end, and child-1 cannot end while box holds"
        " something that it has put.",
    ),
    (
        programs.ask_for_the_exit_code,
        programs.ask_for_the_exit_code_and_read,
        Deadlock,
        "Join before drain: parent waits for child-1 to end, and child-1 cannot end while box holds"
        " something that it has put.",
    ),
]
# a forked child has everything: that it was given nothing cannot be said
FORKED: dict[Callable[..., None], str] = {
    programs.nobody_has_it: "Nobody uses the other end: parent waits in answers.get(), and answers "
    "was among the arguments of no process, and none has used it. If one is meant to, pass it on: "
    "Process(target=..., args=(answers,))."
}
per_pattern = pytest.mark.parametrize(
    ("program", "twin", "error", "words"), PATTERNS, ids=[p[0].__name__ for p in PATTERNS]
)


def without_lines(error: IpcError) -> str:
    """Its text without where locks were acquired: `test_lost` looks at that."""
    return re.sub(r" \(acquired in [^)]*\)", "", str(error))


def stuck(
    program: Callable[..., None], method: str, error: type[IpcError], within_s: float = AT_ONCE_S
) -> Any:
    """Run a program that waits for ever; it must be stopped at once, with that very error."""
    patience = Patience()
    with pytest.raises(error) as caught:
        with observe(method, deadline_s=LONG_S) as mp:
            program(mp)
    within_s = patience.with_promise(within_s)
    assert type(caught.value) is error, caught.value
    account = caught.value.account
    since = max(standing.wait.began_ns for standing in account.waiting())
    took = (account.time_ns - since) / 1e9
    if took >= within_s:
        took -= stalled_since(since / 1e9)
    assert took < within_s, f"{caught.value}"
    return caught.value, mp


@needs_proc
@per_method
@per_pattern
def test_a_known_pattern_is_named_at_once(
    program: Any, twin: Any, error: type[IpcError], words: str, method: str
) -> None:
    found, mp = stuck(program, method, error)
    words = FORKED.get(program, words) if method == "fork" else words
    assert words in without_lines(found)
    name = words.partition(":")[0]
    assert str(found).count(f"{name}: ") == 1
    picture = mp.waits()
    assert isinstance(picture, Picture)
    assert picture.alt.startswith("Who waits for whom") and f"{name}." in picture.alt
    assert mp.timeline().alt  # which tells the error's first lines


@per_method
@per_pattern
def test_what_looks_alike_is_left_alone(
    program: Any, twin: Any, error: type[IpcError], words: str, method: str
) -> None:
    with observe(method, deadline_s=LONG_S) as mp:
        twin(mp)
    assert mp.waits().alt.startswith("Who waits for whom")
    assert "Nobody waits." in mp.waits().alt


@needs_proc
@pytest.mark.parametrize(
    ("program", "twin", "error", "words"), GUISES, ids=[p[0].__name__ for p in GUISES]
)
def test_another_guise_of_a_pattern(
    program: Any, twin: Any, error: type[IpcError], words: str
) -> None:
    found, _ = stuck(program, FORK, error, within_s=3)
    assert words in without_lines(found)
    with observe(FORK, deadline_s=LONG_S) as mp:
        twin(mp)


@needs_proc
def test_the_event_loop_of_a_tool_is_not_the_programs() -> None:
    """A notebook's cell runs in the kernel's loop, and is no coroutine."""
    loop, told = asyncio.new_event_loop(), []
    tasks = [loop.create_task(asyncio.sleep(60)) for _ in range(2)]

    def cell() -> None:
        with pytest.raises(NobodyLeft) as caught, observe(FORK, deadline_s=LONG_S) as mp:
            programs.same_lock_twice(mp)
        told.append(str(caught.value))
        loop.stop()

    loop.call_soon(cell)
    loop.run_forever()
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.close()
    assert "The same lock twice" in told[0] and "event loop" not in told[0]


@needs_proc
@per_method
def test_a_forked_child_keeps_its_own_end_of_file_away(method: str) -> None:
    """The same program is healthy where a child gets only what it is given."""
    if method != "fork":
        with observe(method, deadline_s=LONG_S) as mp:
            programs.parent_closes_writer(mp)
        return
    found, _ = stuck(programs.parent_closes_writer, method, Deadlock)
    assert "parent sends no more, but child-1 itself still holds writer" in str(found)
    assert "in a forked child, too, which inherits a copy." in str(found)


@per_method
def test_a_closed_reader_is_not_taken_for_a_closed_writer(method: str) -> None:
    found, _ = stuck(programs.parent_closes_reader_only, method, Deadlock)
    assert "parent sends no more, but parent still holds writer" in str(found)


# --- a name that only the notebook knows ---


@pytest.fixture
def main() -> Any:
    """The notebook, with a function in it."""
    exec("def only_here(*args): return 7", sys.modules["__main__"].__dict__)
    return sys.modules["__main__"]


@per_method
def test_a_function_that_only_the_notebook_knows(method: str, main: Any) -> None:
    if method == "fork":  # copies the notebook
        with observe(method, deadline_s=LONG_S) as mp:
            programs.notebook_function(mp)
        return
    with pytest.raises(ChildFailed) as caught:
        with observe(method, deadline_s=LONG_S) as mp:
            programs.notebook_function(mp)
    assert "A name that only the notebook knows: child-1 was sent only_here" in str(caught.value)
    assert "Put it into a module" in str(caught.value)
    with observe(method, deadline_s=LONG_S) as mp:
        programs.importable_function(mp)


@per_method
def test_an_executor_says_why_it_broke(method: str, main: Any) -> None:
    def work(mp: Any) -> int:
        with ProcessPoolExecutor(1, mp_context=mp) as pool:
            return pool.submit(main.only_here, 1).result()

    if method == "fork":
        with observe(method, deadline_s=LONG_S) as mp:
            assert work(mp) == 7
        return
    with pytest.raises(BrokenProcessPool) as caught, observe(method, deadline_s=LONG_S) as mp:
        work(mp)
    assert "A name that only the notebook knows" in caught.value.__notes__[0]


# --- the account ---


@needs_proc
def test_the_account_says_who_could_end_each_wait_and_why_they_do_not() -> None:
    found, mp = stuck(programs.opposite_order, FORK, Deadlock)
    lines = [line for line in str(found).splitlines() if "Lock order" not in line]
    assert [_without_numbers(line) for line in lines] == [
        "every process waits, and none of these waits can end, so the block was stopped:",
        "  parent waits in child-1.join() (waits_programs.py, line N in join_all)",
        "    until child-1 ends, but child-1 waits, too",
        "  child-1 waits in right.acquire() (waits_programs.py, line N in take_both)",
        "    until child-2 releases right, but child-2 waits, too",
        "  child-2 waits in left.acquire() (waits_programs.py, line N in take_both)",
        "    until child-1 releases left, but child-1 waits, too",
        "They wait in a circle: child-1 → child-2 → child-1.",
        "mp.waits() shows who waits for whom.",
    ]
    assert mp.waits().alt == (
        "Who waits for whom, among 3 processes. parent waits in child-1.join() for child-1; "
        "child-1 waits in right.acquire() for child-2; child-2 waits in left.acquire() for "
        "child-1. In a circle: child-1 → child-2 → child-1. Lock order."
    )


def _without_numbers(line: str) -> str:
    head, found, tail = line.partition("line ")
    return f"{head}{found}N {tail.partition(' ')[2]}" if found else line


def test_the_deadline_tells_the_same_when_somebody_is_at_work() -> None:
    with pytest.raises(DeadlineExceeded) as caught:
        with observe(FORK, deadline_s=0.8) as mp:
            ready = mp.Event()
            child = programs.run(mp, programs.set_and_sleep, ready)
            ready.wait()
            child.join()
    assert type(caught.value) is DeadlineExceeded
    lines = [_without_numbers(line) for line in str(caught.value).splitlines()]
    assert lines[1:5] == [
        "  parent waits in child-1.join() (test_waits.py, line N in "
        "test_the_deadline_tells_the_same_when_somebody_is_at_work)",
        "    until child-1 ends",
        "  child-1 runs waits_programs.py, line N in set_and_sleep",
        "    time.sleep(60)",
    ]


def test_no_pattern_is_named_while_somebody_may_still_help() -> None:
    """Two workers wait for what the third, who is busy, will put: no sentinel is missing."""
    with pytest.raises(DeadlineExceeded) as caught, observe(FORK, deadline_s=1) as mp:
        numbers, ready = mp.Queue(), mp.Event()
        readers = [programs.run(mp, programs.read_until_none, numbers) for _ in range(2)]
        programs.run(mp, programs.put_and_sleep, numbers, ready)
        programs.join_all(*readers)
    assert "until child-3 puts something into numbers\n" in str(caught.value)
    assert "sentinel" not in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal here")
@per_method
def test_an_interrupt_leaves_an_account(method: str, capsys: pytest.CaptureFixture[str]) -> None:
    stop = threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGINT))
    stop.start()
    with pytest.raises(KeyboardInterrupt):
        with observe(method, deadline_s=LONG_S) as mp:
            ready = mp.Event()
            programs.run(mp, programs.set_and_sleep, ready)
            ready.wait()
            mp.Queue().get()
    stop.join()
    said = capsys.readouterr().err
    assert "When Ctrl-C came,\n  parent waits in queue-1.get() (test_waits.py, line" in said
    # a slow machine has no answer in time from the child
    assert re.search(r"child-1 (runs waits_programs.py, line|is busy)", said), said
    assert re.search(r"Waited until then: parent for [0-2]\.\d s\.$", said.strip()), said
    assert "parent waits in queue-1.get()" in mp.waits().alt


def test_it_can_be_asked_for_at_any_time() -> None:
    with pytest.raises(RuntimeError, match="seen"), observe(FORK, deadline_s=LONG_S) as mp:
        numbers = mp.Queue()
        programs.run(mp, programs.get_once, numbers)
        programs.wait_until_it_waits(mp, "child-1")
        standing = mp.account().standings["child-1"]
        assert standing.wait is not None and standing.wait.unblockers == ("parent",)
        assert "child-1 waits in numbers.get() for parent" in mp.waits().alt
        raise RuntimeError("seen")


# --- no false alarm ---

LATER = [
    *(programs.put_from_thread, programs.put_from_grandchild, programs.put_from_program),
    *(programs.wait_with_alarm, programs.wait_with_timeout, programs.sleep_then_put),
    programs.poll_then_put,
]


@pytest.mark.parametrize("worker", LATER, ids=lambda worker: worker.__name__)
def test_who_may_act_later_is_waited_for(worker: Any) -> None:
    if FORK != "fork" and worker is programs.put_from_grandchild:
        pytest.skip("forks")
    with observe(FORK, deadline_s=LONG_S) as mp:
        programs.child_acts_later(mp, worker)


SLOW = [programs.parents_thread_acts_later, programs.call_a_slow_manager]
SLOW += [programs.child_joins_later, programs.child_leaves_slowly]
SLOW += [programs.child_leaves_slowly_and_much, programs.barrier_acts]


@pytest.mark.parametrize("program", SLOW, ids=lambda program: program.__name__)
def test_a_slow_block_is_waited_for(program: Any) -> None:
    with observe(FORK, deadline_s=LONG_S) as mp:
        program(mp)


def test_the_main_thread_may_act_on_a_block_in_another() -> None:
    made: list[Any] = []

    def block() -> None:
        with observe(FORK, deadline_s=LONG_S) as mp:
            numbers, answers = mp.Queue(), mp.Queue()
            programs.run(mp, programs.put_what_comes, numbers, answers)
            made.append(numbers)
            answers.get()

    with ThreadPoolExecutor(1) as threads:
        done = threads.submit(block)
        time.sleep(programs.WHILE_S)
        made[0].put(1)
        done.result(timeout=LONG_S)


@per_method
def test_a_process_without_a_log_is_waited_for(method: str) -> None:
    with observe(method, deadline_s=LONG_S) as mp:
        programs.plain_child_acts_later(mp)


@needs_proc
@pytest.mark.parametrize(
    ("program", "method"), [(programs.stopped_for_a_while, FORK), (programs.started_late, "spawn")]
)
def test_a_stopped_process_may_go_on(program: Any, method: str) -> None:
    waker = threading.Thread(target=programs.let_go_on)
    waker.start()
    with observe(method, deadline_s=LONG_S) as mp:
        program(mp)
    waker.join()


@pytest.mark.parametrize("folder", ["site-packages", "dist-packages"])
def test_a_tool_of_another_environment_ends_no_wait(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kernel's packages lie where pip has put them: in the user's folder, or in Debian's."""
    monkeypatch.syspath_prepend(tmp_path / folder)
    monkeypatch.delitem(sys.modules, "_pydev_bundle", raising=False)
    tool = tmp_path / folder / "_pydev_bundle.py"
    tool.parent.mkdir()
    tool.write_text("def serve(over):\n    over.wait()\n", encoding="utf-8")
    over = threading.Event()
    thread = threading.Thread(target=importlib.import_module(tool.stem).serve, args=(over,))
    thread.start()
    try:
        with pytest.raises(Deadlock) as caught, observe("spawn", deadline_s=LONG_S) as mp:
            programs.nobody_has_it(mp)
    finally:
        over.set()
        thread.join()
        monkeypatch.delitem(sys.modules, tool.stem)
    assert "every process waits" in str(caught.value)


@needs_proc
def test_only_who_sleeps_is_at_rest() -> None:
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        until = time.monotonic() + 5
        while not _threads_if_asleep(sleeper.pid) and time.monotonic() < until:
            time.sleep(0.01)
        assert _threads_if_asleep(sleeper.pid) == _threads_if_asleep(sleeper.pid) != []
        os.kill(sleeper.pid, signal.SIGSTOP)
        os.waitpid(sleeper.pid, os.WUNTRACED)
        assert not _threads_if_asleep(sleeper.pid)
    finally:
        sleeper.kill()
        sleeper.wait()


def test_two_looks_without_a_sleep_between_them_are_one() -> None:
    still = quiescence.Quiescence(None, set())  # type: ignore[arg-type]
    still._slept = quiescence._sleeps()
    assert not still.has_waited()
    time.sleep(0.01)
    assert still.has_waited()


def _threads_if_asleep(pid: int) -> list[tuple[int, ...]]:
    try:
        return list(quiescence._threads(pid))
    except quiescence.Moving:
        return []


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="nothing can be stopped")
def test_a_message_on_its_way_makes_one_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the platform does not show who sleeps: the logs tell what is on its way."""
    monkeypatch.setattr(quiescence, "CAN_SEE", False)
    with pytest.raises(DeadlineExceeded) as caught, observe(FORK, deadline_s=1) as mp:
        programs.stopped_before_its_message(mp)
    assert type(caught.value) is DeadlineExceeded


@needs_proc
def test_a_child_that_ends_while_one_looks_has_not_ended_in_vain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its log was read before it put its last message, and then it was seen to have ended."""

    def slowly(folder: str) -> Any:
        logs = read_folder(folder)
        time.sleep(1.5)
        return logs

    monkeypatch.setattr(report, "read_folder", slowly)
    with observe(FORK, deadline_s=8) as mp:
        box, reports = mp.Queue(1), mp.Queue()
        mp.Process(target=programs.give_up_when_full, args=(box, reports)).start()
        assert reports.get() == "full"


@needs_proc
def test_a_block_with_a_million_events_is_not_kept_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would take seconds to read them all: the deadline does."""
    monkeypatch.setattr(quiescence, "MOST", 1000)
    began = time.monotonic()
    with pytest.raises(Deadlock), observe(FORK, deadline_s=1.5) as mp:
        programs.opposite_order(mp)
    assert time.monotonic() - began >= 1.5


def test_a_child_that_has_sent_all_is_leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiescence, "CAN_SEE", False)
    with pytest.raises(DeadlineExceeded) as caught, observe(FORK, deadline_s=0.6) as mp:
        programs.child_leaves_slowly(mp)
    assert type(caught.value) is DeadlineExceeded
    assert "child-1 has run to its end and is leaving" in str(caught.value)


def test_without_proc_the_deadline_tells_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiescence, "CAN_SEE", False)
    with pytest.raises(Deadlock, match="Lock order: "), observe(FORK, deadline_s=1) as mp:
        programs.opposite_order(mp)


def test_a_process_is_found_whatever_the_time_was(tmp_path: Any) -> None:
    """A log begins with a binary time, in which any byte may stand: also a line end."""
    header, born = b"child-1\n4711\n7\nchild", b"815\n42"
    for hour in range(3):
        time_ns = int.from_bytes(b"\n" * (hour + 1), "little")
        record = TEXT.pack(time_ns, b"m", 0x0A0A, len(header)) + header
        record += TEXT.pack(time_ns, b"i", 0x0A0A, len(born)) + born
        (tmp_path / f"{hour + 1}.txt").write_bytes(record)
    found = {stem: who.pid for stem, who in identities(str(tmp_path))}
    assert found == {"1": 4711, "2": 4711, "3": 4711}


# --- a wait behind what threads do ---


@needs_proc
def test_a_wait_is_seen_behind_whatever_another_thread_does() -> None:
    """Starts and messages of a thread come after the main thread's wait, by the thousand."""
    with pytest.raises(NobodyLeft) as caught, observe(FORK, deadline_s=LONG_S) as mp:
        programs.wait_behind_a_flood(mp, 6000)
    assert "parent waits in box.get()" in str(caught.value)


@pytest.mark.parametrize(
    ("of_one", "of_both"),
    [
        ("asks ready.is_set() again and again", "ask ready.is_set() again and again"),
        ("waits, too", "wait, too"),
        ("passes it", "pass it"),
        ("is busy", "are busy"),
        ("was killed by SIGKILL", "were killed by SIGKILL"),
        ("ended well", "ended well"),
    ],
)
def test_what_several_do_is_told_in_the_plural(of_one: str, of_both: str) -> None:
    assert together(["a"], of_one) == f"a {of_one}"
    assert together(["a", "b"], of_one) == f"a and b {of_both}"
