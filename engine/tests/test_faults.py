"""The fault matrix: whatever goes wrong in a block, the same promises hold.

Every row, under every start method it can happen with:
- the block returns before its deadline, or one second after it;
- no process, segment, semaphore, folder or descriptor of it is left;
- what the children had said before is in the transcript;
- the error has a type, and says what happened, to whom, and where or what to do.

The numbers are those of the list of faults that this course is built on.  Where the plain library
raises an error of its own, that one comes, as with the plain context: `observe` is a drop-in.
Rows through a real kernel (22-25) are in test_kernel.py.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from multiprocessing import AuthenticationError, resource_tracker, shared_memory
from multiprocessing.connection import Client
from multiprocessing.managers import SyncManager
from pathlib import Path
from queue import Empty
from typing import Any, NamedTuple

import fault_workers as workers
import not_ours_workers
import observed_workers
import pytest
from observing import as_in_a_notebook, at_most, interrupt_after, leaving_nothing  # noqa: F401
from outside import START_METHODS

from mpscope import observe
from mpscope._recording import preflight
from mpscope.errors import (
    ChildFailed,
    DeadlineExceeded,
    ManagerGone,
    MessageTooLarge,
    NobodyLeft,
    TooManyProcesses,
    WrongUse,
)

DEADLINE_S = 1.0
BUSY_S = 5.0
GRACE_S = 1.0
ENDLESS = DeadlineExceeded
Method = list[str]
ALL: Method = START_METHODS
FORK: Method = [method for method in START_METHODS if method == "fork"]
OTHERS: Method = [method for method in START_METHODS if method != "fork"]


def run(mp: Any, target: Any, *args: Any, **options: Any) -> Any:
    child = mp.Process(target=target, args=args, **options)
    child.start()
    return child


# --- what is done, and goes wrong ---


def get_from(worker: Any) -> Callable[[Any], None]:
    """The parent waits for the answer of a child that cannot give one."""

    def program(mp: Any) -> None:
        answers = mp.Queue()
        run(mp, worker, *([answers] if "puts" in worker.__name__ else []))
        answers.get()

    return program


def join(worker: Any) -> Callable[[Any], None]:
    def program(mp: Any) -> None:
        run(mp, worker).join()

    return program


def join_the_deaf(mp: Any) -> None:
    ready = mp.Event()
    child = run(mp, workers.has_deaf_children, mp, ready)
    ready.wait()
    child.join()


def leave_an_orphan(mp: Any) -> None:
    run(mp, workers.leaves_an_orphan).join()
    time.sleep(60)


def take_the_lock_of_the_dead(mp: Any) -> None:
    gate = mp.Lock()
    run(mp, workers.dies_with_lock, gate).join()
    gate.acquire()


def let_a_child_take_the_lock_of_the_dead(mp: Any) -> None:
    gate = mp.Lock()
    run(mp, workers.dies_with_lock, gate).join()
    run(mp, workers.waits_for, gate).join()


def get_what_was_half_put(mp: Any) -> None:
    numbers = mp.Queue()
    run(mp, workers.dies_in_put, numbers).join()
    numbers.get()


def get_what_was_half_put_with_a_timeout(mp: Any) -> None:
    """Its time-out passes: the message has begun, so `get` waits for the rest of it."""
    numbers = mp.Queue()
    run(mp, workers.dies_in_put, numbers).join()
    numbers.get(timeout=0.2)


def get_after_a_reader_has_died(mp: Any) -> None:
    numbers, ready = mp.Queue(), mp.Event()
    child = run(mp, workers.dies_in_get, numbers, ready)
    child.join()
    numbers.put(1)
    numbers.get()


def get_after_a_reader_has_died_with_a_timeout(mp: Any) -> None:
    """The plain library says Empty though there is an item: the dead holds the reading lock."""
    numbers, ready = mp.Queue(), mp.Event()
    run(mp, workers.dies_in_get, numbers, ready).join()
    numbers.put(1)
    numbers.get(timeout=0.2)


def receive_what_was_half_sent(mp: Any) -> None:
    here, there = mp.Pipe()
    run(mp, workers.dies_in_send, there).join()
    there.close()
    here.recv()


def receive_what_was_half_sent_with_the_end_open(mp: Any) -> None:
    here, there = mp.Pipe()
    mp.kept = there
    run(mp, workers.dies_in_send, there).join()
    here.recv()


def join_before_drain(mp: Any) -> None:
    numbers = mp.Queue()
    run(mp, workers.puts_a_lot, numbers).join()


def get_what_the_parent_could_not_put(mp: Any) -> None:
    numbers = mp.Queue()
    numbers.put(lambda: 0)
    numbers.get()


def two_writers_on_one_end(mp: Any) -> None:
    here, there = mp.Pipe()
    for _ in range(2):
        run(mp, workers.sends_many, there, 100_000, 100)
    there.close()
    while True:
        here.recv()


def killed_manager(mp: Any) -> Any:
    manager = mp.Manager()
    mp.kept = manager, manager.list([1]), manager.Queue()
    assert mp.kept[1][:] == [1]
    return manager._process.pid


def call_a_manager_that_dies(mp: Any) -> None:
    pid = killed_manager(mp)
    threading.Timer(0.1, os.kill, (pid, signal.SIGKILL)).start()
    mp.kept[2].get()


def call_a_dead_manager(mp: Any) -> None:
    os.kill(killed_manager(mp), signal.SIGKILL)
    mp.kept[0]._process.join()
    mp.kept[1].append(2)


def call_a_dead_manager_from_a_new_thread(mp: Any) -> None:
    os.kill(killed_manager(mp), signal.SIGKILL)
    mp.kept[0]._process.join()
    errors: list[Exception] = []

    def call() -> None:
        try:
            mp.kept[1].append(2)
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    raise errors[0]


def call_a_dead_manager_from_a_child(mp: Any) -> None:
    pid = killed_manager(mp)
    ready, go, never = mp.Event(), mp.Event(), mp.Event()
    run(mp, workers.calls, mp.kept[1], ready, go, never)
    ready.wait()
    os.kill(pid, signal.SIGKILL)
    mp.kept[0]._process.join()
    go.set()
    never.wait()


def start_what_only_this_module_knows(mp: Any) -> None:
    exec("def lives_here(): pass", namespace := {"__name__": "__main__"})
    run(mp, namespace["lives_here"])


def pool_with_a_worker_that_dies(mp: Any) -> None:
    with mp.Pool(1) as pool:
        pool.map(workers.is_killed_in_pool, [1])


def call_a_manager_with_the_wrong_key(mp: Any) -> None:
    manager = mp.Manager()
    try:
        Client(manager.address, authkey=b"wrong")
    finally:
        assert manager.list([1])[:] == [1], "it serves on"


def disturb_a_manager(mp: Any) -> None:
    manager = mp.Manager()
    said = b"", b"GET / HTTP/1.1", b"\xff" * 99, b"\0\0", b""
    strangers = [socket.socket(socket.AF_UNIX) for _ in said]
    for stranger, words in zip(strangers, said, strict=True):
        stranger.connect(manager.address)
        stranger.sendall(words)
    strangers[-1].shutdown(socket.SHUT_WR)
    assert manager.list([1])[:] == [1], "it serves on"
    for stranger in strangers:
        stranger.close()


def receive_garbage(mp: Any) -> None:
    here, there = mp.Pipe()
    run(mp, workers.sends_garbage, there)
    here.recv()


def get_garbage(mp: Any) -> None:
    numbers = mp.Queue()
    run(mp, workers.sends_garbage, numbers._writer)
    numbers.get()


def receive_more_than_allowed(mp: Any) -> None:
    here, there = mp.Pipe()
    there.send_bytes(bytes(1000))
    here.recv_bytes(999)


def serve_at_a_port_that_is_taken(mp: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        SyncManager(taken.getsockname(), b"key", ctx=mp).start()


def ask_for_too_large_a_segment(mp: Any) -> None:
    """More than there could ever be: asking for what is free now would disturb others."""
    device = os.statvfs("/dev/shm")
    shared_memory.SharedMemory(create=True, size=(device.f_blocks + 1) * device.f_frsize)


def let_strangers_attach(mp: Any) -> None:
    """A stranger's resource tracker unlinks, before 3.13, what the stranger has only attached."""
    segment, answers = shared_memory.SharedMemory(create=True, size=100), mp.Queue()
    segment.buf[:3] = b"abc"
    for _ in range(2):  # our own may come and go
        run(mp, workers.attaches, segment.name, answers).join()
        assert answers.get() == b"abc"
    program = f"from multiprocessing.shared_memory import *; SharedMemory({segment.name!r})"
    subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    segment.close()
    if sys.version_info < (3, 13):
        shared_memory.SharedMemory(segment.name)


def start_too_many(mp: Any) -> None:
    for _ in range(preflight.MAX_RUNNING + 1):
        run(mp, observed_workers.sleep)


def fork_while_a_thread_holds_a_lock(mp: Any) -> None:
    with workers.LOCK:
        run(mp, workers.waits_for_a_thread_lock).join()


def lose_the_resource_tracker(mp: Any) -> None:
    kept = [mp.Lock(), shared_memory.SharedMemory(create=True, size=10)]
    tracker = resource_tracker._resource_tracker
    os.kill(tracker._pid, signal.SIGKILL)
    kept += [mp.Lock(), shared_memory.SharedMemory(create=True, size=10)]
    run(mp, workers.say).join()


def lose_the_folder(mp: Any) -> None:
    import shutil

    ready = mp.Event()
    run(mp, workers.is_deaf, ready)
    ready.wait()  # what begins makes files
    shutil.rmtree(mp._folder)
    time.sleep(60)


def close_what_one_does_not_know(mp: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run(mp, not_ours_workers.closes_what_it_does_not_know, folder).join()
        assert {file.read_text() for file in Path(folder).iterdir()} == {"mine"}


def write_beyond_a_limit(mp: Any) -> None:
    run(mp, not_ours_workers.may_write_little, 1000).join()


def become_another_program(mp: Any) -> None:
    run(mp, not_ours_workers.becomes_another_program).join()


def flood_with_short_lines(mp: Any) -> None:
    run(mp, not_ours_workers.floods, 60_000).join()


def switch_the_alarm_off(mp: Any) -> None:
    run(mp, not_ours_workers.sleep)
    for use in (lambda: signal.alarm(50), lambda: signal.setitimer(signal.ITIMER_REAL, 0)):
        use()
    mp.Queue().get()


def wait_for_children_behind_our_back(mp: Any) -> None:
    child = run(mp, not_ours_workers.says)
    os.waitpid(child.pid, 0)


class SlowToGo:
    """Most of the time that its life takes is its end's."""

    def __del__(self) -> None:
        time.sleep(0.01)


def be_nearly_always_in_finalizers(mp: Any) -> None:
    """Python swallows what is raised in them, and forgets the tracer that has raised it there."""
    while True:
        SlowToGo()


def use_up_the_descriptors(mp: Any) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    run(mp, not_ours_workers.sleep)
    numbers = mp.Queue()
    with ExitStack() as kept:
        kept.callback(resource.setrlimit, resource.RLIMIT_NOFILE, before)
        few = max(map(int, os.listdir("/proc/self/fd"))) + 20
        resource.setrlimit(resource.RLIMIT_NOFILE, (few, before[1]))
        with suppress(OSError):
            while True:
                kept.enter_context(open(os.devnull))
        numbers.get()


def flood_past_print(mp: Any) -> None:
    run(mp, not_ours_workers.floods_past_print, 64).join()


def be_healthy(mp: Any) -> None:
    for _ in range(20):
        answers, gate, (here, there) = mp.Queue(), mp.Lock(), mp.Pipe()
        with gate:
            there.send(1)
            answers.put(here.recv())
            assert answers.get() == 1
    child = run(mp, workers.puts, answers, 2)
    assert answers.get() == 2
    child.join()


# --- the matrix ---


class Fault(NamedTuple):
    """A row. `words` are in the error's text, `said` in the transcript, beside `workers.SAID`."""

    number: str
    program: Callable[[Any], None]
    error: Any
    words: tuple[str, ...] = ()
    said: tuple[str, ...] = (workers.SAID,)
    methods: Method = ALL
    deadline_s: float = DEADLINE_S  # longer for what has much to do, and shall end by itself


KILLED = "was killed by SIGKILL"
QUIET: tuple[str, ...] = ()

FAULTS = [
    Fault("1", get_from(workers.raises), ChildFailed, ("child-1 ended with ValueError: no luck",)),
    Fault("2", get_from(workers.raises_what_cannot_be_rebuilt), ChildFailed,
          ("child-1 ended with Unspeakable: this and that",)),
    Fault("3", get_from(workers.puts_what_cannot_be_pickled), NobodyLeft, ("child-1 ended well",),
          (workers.SAID, "answers: dropped a message that cannot be pickled")),
    Fault("4", get_from(workers.exits_with_text), ChildFailed, ("child-1 ended with exit code 1",),
          (workers.SAID, "the disk is full")),
    Fault("5", get_from(workers.leaves_at_once), ChildFailed, ("child-1 ended with exit code 3",)),
    Fault("6", get_from(workers.is_killed), ChildFailed, (f"child-1 {KILLED}",)),
    Fault("7", get_from(workers.crashes), ChildFailed,
          ("child-1 was killed by SIGSEGV", "fault_workers.py, line", "in crashes")),
    Fault("8", join(workers.sleeps), ENDLESS,
          ("waits in child-1.join()", "child-1 runs fault_workers.py, line", "in sleeps")),
    Fault("8", join(workers.computes), ENDLESS, ("child-1 runs fault_workers.py", "in computes")),
    Fault("8", join(workers.computes_in_one_call), ENDLESS, ("child-1 runs fault_workers.py",)),
    Fault("9", join_the_deaf, ENDLESS, ("child-1 runs", "child-1.1 runs", "in is_deaf")),
    Fault("10", leave_an_orphan, ENDLESS, ("child-1 ended well", "parent runs test_faults.py")),
    Fault("11", take_the_lock_of_the_dead, ChildFailed, ("gate.acquire()", f"child-1 {KILLED}")),
    Fault("12", let_a_child_take_the_lock_of_the_dead, ENDLESS,
          ("child-2 waits in gate.acquire()", f"child-1 {KILLED}")),
    Fault("13", get_what_was_half_put, ChildFailed, ("numbers.get()", f"child-1 {KILLED}")),
    Fault("13", get_what_was_half_put_with_a_timeout, ENDLESS,
          ("numbers.get()", f"child-1 {KILLED}")),
    Fault("14", get_after_a_reader_has_died, ChildFailed, ("numbers.get()", f"child-1 {KILLED}")),
    Fault("14", get_after_a_reader_has_died_with_a_timeout, Empty),
    Fault("15", receive_what_was_half_sent, OSError, ("got end of file during message",)),
    Fault("15", receive_what_was_half_sent_with_the_end_open, ChildFailed,
          ("here.recv()", f"child-1 {KILLED}")),
    Fault("16", join_before_drain, ENDLESS, ("until somebody reads numbers", "join before drain")),
    Fault("17", get_what_the_parent_could_not_put, NobodyLeft, ("numbers.get()",), QUIET),
    Fault("18", two_writers_on_one_end, Exception),
    Fault("19", call_a_manager_that_dies, ManagerGone, ("manager-1", "was killed"), QUIET),
    Fault("19", call_a_dead_manager, ManagerGone, ("manager-1", "was killed"), QUIET),
    Fault("19", call_a_dead_manager_from_a_new_thread, ManagerGone, ("manager-1",), QUIET),
    Fault("19", call_a_dead_manager_from_a_child, ChildFailed, ("child-1 ended with ManagerGone",)),
    Fault("26", start_what_only_this_module_knows, WrongUse,
          ("lives_here", "lives only in this notebook", "Put it into a module"), QUIET, OTHERS),
    Fault("28", pool_with_a_worker_that_dies, ChildFailed, (f"pool-worker-1 {KILLED}",)),
    Fault("29", call_a_manager_with_the_wrong_key, AuthenticationError, (), QUIET),
    Fault("30", disturb_a_manager, None, (), QUIET),
    Fault("31", receive_garbage, MessageTooLarge, ("there → here", "without a lock")),
    Fault("31", get_garbage, MessageTooLarge, ("numbers", "no message")),
    Fault("31", receive_more_than_allowed, OSError, ("bad message length",), QUIET),
    Fault("32", serve_at_a_port_that_is_taken, EOFError, (), ("Address already in use",)),
    Fault("34", ask_for_too_large_a_segment, OSError, ("no room for a segment",), QUIET),
    Fault("35", let_strangers_attach, FileNotFoundError if sys.version_info < (3, 13) else None,
          deadline_s=BUSY_S),
    Fault("36", start_too_many, TooManyProcesses, ("processes of this block are running",), QUIET),
    Fault("37", join(workers.floods), None, (), (workers.SAID, "printed more than 4 MB")),
    Fault("37", join(workers.floods_raw), None, (), (workers.SAID, "1 MB")),
    Fault("38", get_from(workers.eats_memory), ChildFailed, ("child-1 ended with MemoryError",)),
    Fault("39", fork_while_a_thread_holds_a_lock, ENDLESS,
          ("in waits_for_a_thread_lock",), methods=FORK),
    Fault("39", fork_while_a_thread_holds_a_lock, None, methods=OTHERS),
    Fault("40", be_healthy, None),
    # found on the way
    Fault("41", join(workers.is_stopped), ENDLESS, ("child-1.join()", "child-1 is stopped by")),
    Fault("42", lose_the_folder, ENDLESS, ("did not end before its deadline",), QUIET),
    # found by attack
    Fault("43", close_what_one_does_not_know, None, (), ("before", "line 1999")),
    Fault("44", write_beyond_a_limit, None),
    Fault("45", become_another_program, ENDLESS, ("child-1.join()",)),
    Fault("46", flood_with_short_lines, None, (), (workers.SAID, "printed more than 100000 times"),
          deadline_s=BUSY_S),
    Fault("47", switch_the_alarm_off, ENDLESS, ("child-1 runs", "in sleep")),
    Fault("48", wait_for_children_behind_our_back, None, methods=FORK),
    Fault("49", be_nearly_always_in_finalizers, ENDLESS, ("in __del__",), QUIET, methods=FORK),
    Fault("50", use_up_the_descriptors, ENDLESS, ("numbers.get()", "child-1 runs"), methods=FORK),
    Fault("51", flood_past_print, None, (),
          ("MB on the disk: 1", "more than 1 MB past print"), methods=FORK),
]  # fmt: skip
CASES = [
    pytest.param(fault, method, id=f"{fault.number}-{fault.program.__name__}-{n}-{method}")
    for n, fault in enumerate(FAULTS)
    for method in fault.methods
]


@pytest.mark.parametrize("fault, method", CASES)
def test_a_fault_does_no_harm(fault: Fault, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "MAX_RUNNING", 5)
    kind, text = type(None), ""
    with leaving_nothing(method):
        mp = observe(method, deadline_s=fault.deadline_s)
        with at_most(fault.deadline_s + GRACE_S):
            try:
                with mp:
                    fault.program(mp)
            except Exception as error:  # not kept: it holds its frames, and what is in them
                kind, text = type(error), str(error)
        transcript = str(mp.transcript())
        del mp
    assert issubclass(kind, fault.error or type(None)), (kind, text)
    for words in fault.words:
        assert words in text
    for words in fault.said:
        assert words in transcript, transcript[-2000:]


# --- rows 20 and 21: interrupted at any moment ---


def start_a_manager(mp: Any) -> None:
    mp.Manager()


def start_children(mp: Any) -> None:
    for _ in range(4):
        run(mp, observed_workers.sleep)
    time.sleep(60)


LONGEST_S = {"fork": 0.15, "spawn": 0.4, "forkserver": 0.3}


@pytest.mark.parametrize("method", START_METHODS)
@pytest.mark.parametrize("what", [start_a_manager, start_children])
def test_an_interrupt_while_something_starts_leaves_nothing(what: Any, method: str) -> None:
    seed = random.randrange(10**6)
    delays = random.Random(seed)
    with leaving_nothing(method):
        for _ in range(10):
            delay = delays.uniform(0, LONGEST_S[method])
            try:
                with interrupt_after(delay), observe(method, deadline_s=DEADLINE_S) as mp:
                    what(mp)
                    time.sleep(60)
            except KeyboardInterrupt:
                pass
            finally:
                mp = None
            assert not multiprocessing.active_children(), (seed, delay)


# --- rows 27 and 33: in programs of their own ---

FILE = (
    f"import sys; sys.path[:0] = {sys.path!r}\n"
    + """
from mpscope import observe
import fault_workers as workers
import not_ours_workers
"""
)
NO_MAIN_GUARD = (
    FILE
    + """
with observe({method!r}, deadline_s=8) as mp:
    answers = mp.Queue()
    mp.Process(target=workers.puts, args=(answers, 1)).start()
    print("the answer is", answers.get())
"""
)
NO_MAIN_GUARD_POOL = (
    FILE
    + """
with observe({method!r}, deadline_s=20) as mp, mp.Pool(2) as pool:
    print(pool.map(abs, [1, 2]))
"""
)
NO_MAIN_GUARD_EXECUTOR = (
    FILE
    + """
from concurrent.futures import ProcessPoolExecutor
with observe({method!r}, deadline_s=20) as mp, ProcessPoolExecutor(2, mp_context=mp) as pool:
    print(list(pool.map(abs, [1, 2])))
"""
)
NO_IMPORT = (
    FILE
    + """
if __name__ == "__mp_main__":
    raise LookupError("not here")
if __name__ == "__main__":
    with observe({method!r}, deadline_s=20) as mp, mp.Pool(2) as pool:
        print(pool.map(abs, [1, 2]))
"""
)
FEW_DESCRIPTORS = (
    FILE
    + """
import os, resource
if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    def count():
        return len(os.listdir("/proc/self/fd"))
    with observe({method!r}) as mp:  # starts what serves the whole program
        mp.Process(target=workers.say).start()
    before = count()
    for _ in range(3):
        try:
            with observe({method!r}, deadline_s=5) as mp:
                kept = []
                while True:
                    kept.append(mp.Queue())
        except OSError as error:
            print(type(error).__name__, error.strerror)
        del mp, kept
    assert count() == before, (count(), before)
    with observe({method!r}) as mp:
        mp.Process(target=workers.say).start()
    print(mp.transcript())
"""
)


def run_file(path: Path, program: str, method: str) -> subprocess.CompletedProcess[str]:
    path.write_text(program.format(method=method))
    command = [sys.executable, str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("method", OTHERS)
def test_a_program_without_a_main_guard_fails_once(method: str, tmp_path: Path) -> None:
    """Row 27: each child would start the program anew; Python refuses, and we say who died."""
    with at_most(8 + GRACE_S):
        ran = run_file(tmp_path / "program.py", NO_MAIN_GUARD, method)
    assert ran.returncode == 1
    assert ran.stderr.count("RuntimeError: ") == 1, ran.stderr
    if "The fork server has ended." in ran.stderr:  # of 3.14 and the later 3.13s: it imports it
        assert method == "forkserver" and (3, 13) <= sys.version_info < (3, 15)
        return
    assert "ChildFailed: the parent waits in answers.get()" in ran.stderr
    assert "child-1 ended with exit code 1 before reading any argument" in ran.stderr
    assert GUARD in ran.stderr


GUARD = "Put what starts processes below `if __name__ == '__main__':`."
BORN_IN_VAIN = "workers of pool ended with exit code 1 before reading any argument"


# Since 3.13, the fork server imports the program itself, and ends of it.
@pytest.mark.parametrize("method", OTHERS if sys.version_info < (3, 13) else ["spawn"])
def test_a_pool_whose_workers_end_before_they_have_begun(method: str, tmp_path: Path) -> None:
    """A Pool would start others for ever."""
    with at_most(15):
        ran = run_file(tmp_path / "program.py", NO_MAIN_GUARD_POOL, method)
    assert ran.returncode == 1 and "ChildFailed: the parent waits for a result" in ran.stderr
    assert BORN_IN_VAIN in ran.stderr and GUARD in ran.stderr
    ran = run_file(tmp_path / "program.py", NO_IMPORT, method)
    assert "ChildFailed" in ran.stderr and "LookupError: not here" in ran.stderr
    assert BORN_IN_VAIN in ran.stderr and GUARD not in ran.stderr, "it has one"
    ran = run_file(tmp_path / "program.py", NO_MAIN_GUARD_EXECUTOR, method)
    broken = ran.stderr[ran.stderr.index("BrokenProcessPool: ") :]
    assert "before reading any argument" in broken and GUARD in broken


@pytest.mark.parametrize("method", START_METHODS)
def test_a_block_that_runs_out_of_descriptors_gives_all_back(method: str, tmp_path: Path) -> None:
    """Row 33."""
    ran = run_file(tmp_path / "program.py", FEW_DESCRIPTORS, method)
    said = "OSError Too many open files\n" * 3 + "child-1 | so far so good\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, said, "")
