"""The deadline: whatever happens in a block, in the parent or in a child, it ends in time.

When it does, the error says what each process was doing, and where.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import multiprocessing.queues
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from typing import Any

import observed_workers as workers
import pytest
from observing import as_in_a_notebook, at_most, per_method  # noqa: F401

from mpscope import observe
from mpscope.errors import DeadlineExceeded, NobodyLeft

GRACE_S = 1.0


def run(mp: Any, target: Any, *args: Any, **options: Any) -> Any:
    child = mp.Process(target=target, args=args, **options)
    child.start()
    return child


FEW = "spinner", "deaf", "getter", "unread", "grandparent", "orphaner", "failed", "left"


@per_method
def test_every_process_is_stopped_and_listed(method: str) -> None:
    with pytest.raises(DeadlineExceeded) as caught, at_most(3 + GRACE_S):
        with observe(method, deadline_s=3) as mp:
            numbers, ready, never = mp.Queue(), mp.Event(), mp.Event()
            here, there = mp.Pipe()
            lock, meeting = mp.Lock(), mp.Barrier(9)
            full, unread = mp.Queue(1), mp.Queue()
            condition, simple = mp.Condition(), mp.SimpleQueue()
            assert lock.acquire() and here
            children = {
                "spinner": (workers.spin,),
                "sleeper": (workers.sleep,),
                "swallower": (workers.swallow_everything,),
                "deaf": (workers.ignore_signals, ready),
                "getter": (workers.get_forever, numbers),
                "swallowing-getter": (workers.get_swallowing, mp.Queue()),
                "simple-getter": (workers.get_forever, simple),
                "receiver": (workers.recv_forever, there),
                "locker": (workers.take_lock, lock),
                "waiter": (workers.wait_forever, never),
                "meeter": (workers.wait_forever, meeting),
                "conditioner": (workers.wait_condition_forever, condition),
                "putter": (workers.put, full, 1, 2),
                "unread": (workers.put, unread, "x" * 300_000),
                "grandparent": (workers.with_child, mp, workers.spin),
                "orphaner": (workers.with_orphan, mp, workers.sleep),
                "program": (workers.with_program, 60),
                "failed": (workers.fail,),
                "left": (workers.leave_at_once, 3),
                "ended": (workers.nothing,),
            }
            if method != "fork":  # these take a while to start
                children = {name: children[name] for name in FEW}
            for name, (target, *args) in children.items():
                run(mp, target, *args, name=name)
            ready.wait()
            time.sleep(60)
    assert isinstance(caught.value, TimeoutError)
    first, *lines = str(caught.value).splitlines()
    assert first.startswith("the block did not end before its deadline of ")
    told = [line[2:] for line in lines if re.match(r"  \S", line)]  # below stand reasons, sources
    said = dict(line.split(" ", 1) for line in told)
    expected = {
        "parent": "runs test_deadline.py, line N in test_every_process_is_stopped_and_listed",
        "spinner": "runs observed_workers.py, line N in spin",
        "sleeper": "runs observed_workers.py, line N in sleep",
        "swallower": "runs observed_workers.py, line N in swallow_everything",
        "deaf": "runs observed_workers.py, line N in ignore_signals",
        "getter": "waits in numbers.get() (observed_workers.py, line N in get_forever)",
        "simple-getter": "waits in simple.get() (observed_workers.py, line N in get_forever)",
        "receiver": "waits in there.recv() (observed_workers.py, line N in recv_forever)",
        "locker": "waits in lock.acquire() (observed_workers.py, line N in take_lock)",
        "waiter": "waits in never.wait() (observed_workers.py, line N in wait_forever)",
        "meeter": "waits in meeting.wait() (observed_workers.py, line N in wait_forever)",
        "conditioner": "waits in condition.wait() "
        "(observed_workers.py, line N in wait_condition_forever)",
        "putter": "waits in full.put(): the queue is full (observed_workers.py, line N in put)",
        "unread": "has run to its end and waits, at exit, until somebody reads unread: "
        "its feeder thread still holds messages (join before drain)",
        "grandparent": "waits in grandparent.1.join() (observed_workers.py, line N in with_child)",
        "grandparent.1": "runs observed_workers.py, line N in spin",
        "orphaner": "ended well",
        "orphaner.1": "ended abruptly",  # as its parent did
        "program": "ended well",
        "failed": "ended with ValueError: no luck",
        "left": "ended with exit code 3",
        "ended": "ended well",
    }
    late = "is still starting", "is busy", "runs "  # on a slow machine
    lost = {
        name
        for name, text in said.items()
        if text.startswith(late) and "workers.py" not in text and name != "parent"
    }
    lost |= set(expected) - set(said)
    assert len(lost) <= len(children) / 4 or method != "fork", said
    for name in set(expected) - lost:
        assert _without_lines(said[name]) == expected[name]


def _without_lines(text: str) -> str:
    words = text.split(" ")
    return " ".join(
        "N" if words[i - 1] == "line" and word.isdigit() else word for i, word in enumerate(words)
    )


# --- the parent ---


def busy(mp: Any) -> None:
    while True:
        pass


def sleep(mp: Any) -> None:
    time.sleep(60)


def get(mp: Any) -> None:
    numbers = mp.Queue()
    run(mp, workers.sleep)
    numbers.get()


def get_with_a_long_timeout(mp: Any) -> None:
    mp.Queue().get(timeout=60)


def simple_get(mp: Any) -> None:
    numbers = mp.SimpleQueue()
    run(mp, workers.get_forever, numbers)
    numbers.get()


def recv(mp: Any) -> None:
    here, there = mp.Pipe()
    run(mp, workers.recv_forever, there)
    here.recv()


def poll(mp: Any) -> None:
    here, there = mp.Pipe()
    run(mp, workers.recv_forever, there)
    here.poll(None)


def poll_with_a_long_timeout(mp: Any) -> None:
    here, there = mp.Pipe()
    here.poll(60)
    there.close()


def send_to_a_full_pipe(mp: Any) -> None:
    here, there = mp.Pipe()
    run(mp, workers.sleep)
    while there:
        here.send("x" * 10_000)


def put_on_a_full_queue(mp: Any) -> None:
    numbers = mp.Queue(1)
    run(mp, workers.sleep)
    while True:
        numbers.put(1)


def lock(mp: Any) -> None:
    gate, ready = mp.Lock(), mp.Event()
    run(mp, workers.hold, gate, ready, mp.Event())
    ready.wait()
    gate.acquire()


def lock_with_a_long_timeout(mp: Any) -> None:
    gate = mp.Lock()
    gate.acquire()
    gate.acquire(timeout=60)


def semaphore(mp: Any) -> None:
    run(mp, workers.sleep)
    with mp.Semaphore(0):
        pass


def barrier(mp: Any) -> None:
    meeting = mp.Barrier(2)
    run(mp, workers.sleep)
    meeting.wait()


def event(mp: Any) -> None:
    run(mp, workers.sleep)
    mp.Event().wait()


def condition(mp: Any) -> None:
    run(mp, workers.sleep)
    with mp.Condition() as _, (news := mp.Condition()):
        news.wait_for(lambda: False)


def join(mp: Any) -> None:
    run(mp, workers.sleep).join()


def join_with_a_long_timeout(mp: Any) -> None:
    run(mp, workers.sleep).join(60)


def joinable_join(mp: Any) -> None:
    tasks = mp.JoinableQueue()
    tasks.put(1)
    run(mp, workers.sleep)
    tasks.join()


def end_of_block(mp: Any) -> None:
    run(mp, workers.sleep)


def pool_map(mp: Any) -> None:
    with mp.Pool(2) as pool:
        pool.map(workers.sleep, [60, 60])


def pool_with_a_dying_worker(mp: Any) -> None:
    with mp.Pool(1) as pool:
        pool.map(workers.die_in_pool, range(3))


def pool_left_open(mp: Any) -> None:
    pool = mp.Pool(2)
    pool.apply_async(workers.sleep, (60,)).get(timeout=60)


def pool_imap(mp: Any) -> None:
    with mp.Pool(1) as pool:
        list(pool.imap(workers.sleep, [60]))


def pool_join(mp: Any) -> None:
    pool = mp.Pool(1)
    pool.apply_async(workers.sleep, (60,))
    pool.close()
    pool.join()


def executor(mp: Any) -> None:
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=mp) as pool:
        pool.submit(workers.sleep, 60).result()


def executor_left_open(mp: Any) -> None:
    pool = concurrent.futures.ProcessPoolExecutor(1, mp_context=mp)
    list(pool.map(workers.sleep, [60]))


def proxy_call(mp: Any) -> None:
    with mp.Manager() as manager:
        manager.Queue().get()


def proxy_lock(mp: Any) -> None:
    with mp.Manager() as manager, (gate := manager.Lock()):
        gate.acquire()


def other_program(mp: Any) -> None:
    subprocess.run(["sleep", "60"])


def socket_accept(mp: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.accept()


def thread_join(mp: Any) -> None:
    thread = threading.Thread(target=time.sleep, args=(3,), daemon=True)
    thread.start()
    thread.join()


def starting_for_ever(mp: Any) -> None:
    while True:
        run(mp, workers.nothing)


def swallow_exceptions(mp: Any) -> None:
    while True:
        try:
            time.sleep(60)
        except Exception:
            pass


def swallow_exceptions_often(mp: Any) -> None:
    while True:
        try:
            time.sleep(0.01)
        except Exception:
            pass


def swallow_everything(mp: Any) -> None:
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass


def swallow_everything_in_a_busy_loop(mp: Any) -> None:
    while True:
        try:
            while True:
                pass
        except:  # noqa: E722
            continue


def wait_again_in_finally(mp: Any) -> None:
    child = run(mp, workers.spin)
    try:
        child.join()
    finally:
        child.join()
        time.sleep(60)


class PicklesForEver:
    def __reduce__(self) -> Any:
        while True:
            time.sleep(0.01)


def pickling_for_ever(mp: Any) -> None:
    mp.Pipe()[0].send(PicklesForEver())


def starting_what_pickles_for_ever(mp: Any) -> None:
    run(mp, workers.nothing, PicklesForEver())
    time.sleep(60)


HANGS: list[Callable[[Any], None]] = [
    *(busy, sleep, get, get_with_a_long_timeout, simple_get, recv, poll, poll_with_a_long_timeout),
    *(send_to_a_full_pipe, put_on_a_full_queue, lock, lock_with_a_long_timeout, semaphore),
    *(barrier, event, condition, join, join_with_a_long_timeout, joinable_join, end_of_block),
    *(pool_map, pool_with_a_dying_worker, pool_left_open, pool_imap, pool_join),
    *(executor, executor_left_open, proxy_call, proxy_lock, other_program, socket_accept),
    *(thread_join, starting_for_ever, swallow_exceptions, swallow_everything),
    *(swallow_everything_in_a_busy_loop, wait_again_in_finally, pickling_for_ever),
    starting_what_pickles_for_ever,
]
IN_THREADS = [
    *(get, get_with_a_long_timeout, simple_get, recv, poll, poll_with_a_long_timeout),
    *(put_on_a_full_queue, lock, lock_with_a_long_timeout, semaphore, barrier, event, condition),
    *(join, join_with_a_long_timeout, joinable_join, end_of_block, busy),
    *(pool_map, pool_imap, pool_left_open, executor, proxy_call, send_to_a_full_pipe),
    *(swallow_exceptions_often, pool_with_a_dying_worker),
]
DEADLINE_S = 0.35


# Only the parent and a server are there: that nobody can end the wait says more than the time does,
# unless the block is in a thread, which others may help.
ALONE = (proxy_call, proxy_lock)


def hang(what: Callable[[Any], None], method: str) -> None:
    expected = (NobodyLeft, DeadlineExceeded) if what in ALONE else DeadlineExceeded
    with pytest.raises(expected) as caught, at_most(DEADLINE_S + GRACE_S):
        with observe(method, deadline_s=DEADLINE_S) as mp:
            what(mp)
    told = "the parent waits" if caught.type is NobodyLeft else "\n  parent "
    assert told in str(caught.value)
    caught.value.__traceback__ = None


@pytest.mark.parametrize("what", HANGS, ids=lambda what: what.__name__)
def test_the_parent_is_stopped(what: Callable[[Any], None]) -> None:
    hang(what, "fork" if sys.platform == "linux" else "spawn")


@pytest.mark.parametrize("what", [get, pool_map, executor, starting_for_ever, proxy_call])
@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_the_parent_is_stopped_under_other_methods(what: Any, method: str) -> None:
    hang(what, method)


@pytest.mark.parametrize("what", IN_THREADS, ids=lambda what: what.__name__)
def test_a_block_in_a_thread_is_stopped(what: Callable[[Any], None]) -> None:
    """No signal reaches a thread: there, the observed objects look at the clock themselves."""
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        threads.submit(hang, what, "fork").result(timeout=30)


def test_a_block_in_a_thread_is_stopped_while_it_starts_threads() -> None:
    """Python 3.11 ended the new thread instead, and its starter waited for it for ever."""

    def starting_threads(mp: Any) -> None:
        for _ in range(9):  # while these compute, a new thread is not on a core at once
            run(mp, workers.spin)
        while True:
            threading.Thread(target=workers.nothing).start()

    stopped: list[int] = []
    for n in range(4):

        def block(n: int = n) -> None:
            hang(starting_threads, "fork")
            stopped.append(n)

        thread = threading.Thread(target=block, daemon=True)  # one that hangs holds nobody up
        thread.start()
        thread.join(10)
    assert stopped == [0, 1, 2, 3]


forking = threading.Lock()
at_forks = {"take": False}


def at_a_fork(use: Callable[[], Any]) -> None:
    """Takes its time, as all of Python does on a busy machine."""
    if at_forks["take"]:
        until = time.monotonic() + 0.02
        while time.monotonic() < until:
            pass
        use()


@pytest.mark.skipif(not hasattr(os, "register_at_fork"), reason="nothing is forked")
def test_a_block_in_a_thread_is_not_stopped_in_the_midst_of_a_fork() -> None:
    """Python swallows what is raised there, and whoever had taken a lock did not give it back."""
    os.register_at_fork(
        before=lambda: at_a_fork(forking.acquire),
        after_in_parent=lambda: at_a_fork(forking.release),
    )
    at_forks["take"] = True
    try:
        for _ in range(3):
            thread = threading.Thread(target=hang, args=(children_for_ever, "fork"), daemon=True)
            thread.start()
            thread.join(10)
            assert not thread.is_alive()
            assert forking.acquire(timeout=3)
            forking.release()
    finally:
        at_forks["take"] = False


def test_a_block_in_a_thread_is_not_stopped_while_a_queue_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its feeder thread ran, and nothing was there yet that would ever end it."""
    plain = multiprocessing.queues.Finalize

    def late(*args: Any, **options: Any) -> Any:
        time.sleep(0.25)  # time is up meanwhile
        return plain(*args, **options)

    def put_and_wait(mp: Any) -> None:
        box, never = mp.Queue(), mp.Event()
        queues.append(box)
        time.sleep(DEADLINE_S - 0.05)
        box.put(1)
        never.wait()

    monkeypatch.setattr(multiprocessing.queues, "Finalize", late)
    before = set(threading.enumerate())
    queues: list[Any] = []
    thread = threading.Thread(target=hang, args=(put_and_wait, "spawn"), daemon=True)
    thread.start()
    thread.join(10)
    left = [it for it in set(threading.enumerate()) - before if it.name == "QueueFeederThread"]
    for feeder in left:
        feeder.join(2)
    hang_on = [it.name for it in left if it.is_alive()]
    for queue in queues:  # else pytest itself would wait for it at its end
        queue._notempty.acquire()
        queue._buffer.append(multiprocessing.queues._sentinel)
        queue._notempty.notify()
        queue._notempty.release()
    assert not thread.is_alive() and not hang_on


def children_for_ever(mp: Any) -> None:
    while True:
        run(mp, workers.nothing).join()


def test_an_end_that_a_thread_waits_for_keeps_its_number() -> None:
    """It went to the next file, and whoever was woken asked that one, for ever."""
    with observe("spawn") as mp:
        ours, theirs = mp.Pipe()
        number = ours.fileno()
        mp._supervisor._cleanup.wake()
        if os.name == "posix":
            assert ours.fileno() == number
            assert wait([ours, theirs], 5) == [ours, theirs]
        with pytest.raises((EOFError, OSError)):
            ours.recv()


AFTER_A_THREAD = """
import sys, threading, time
from mpscope import observe
from mpscope.errors import DeadlineExceeded

def block(seconds):
    try:
        with observe("fork", deadline_s=0.3):
            time.sleep(seconds)
    except DeadlineExceeded:
        print("stopped")

for seconds in (0, 0.8):
    thread = threading.Thread(target=block, args=(seconds,))
    thread.start()
    thread.join()
    sys.settrace(lambda *event: None)
    block(0)
    sys.settrace(None)
    print("traced")
"""
AFTER_SOMEBODY = """
import ctypes, threading, time
from mpscope import observe
from mpscope.errors import DeadlineExceeded

ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(threading.get_ident()), None)
try:
    with observe("fork", deadline_s=0.3):
        while True:
            try:
                time.sleep(60)
            except BaseException:
                pass
except DeadlineExceeded:
    print("stopped")
"""


@pytest.mark.parametrize(
    ("program", "said"),
    [(AFTER_A_THREAD, "traced stopped traced"), (AFTER_SOMEBODY, "stopped")],
    ids=["after_a_block_in_a_thread", "after_an_exception_taken_back"],
)
def test_python_can_still_be_traced(program: str, said: str) -> None:
    """Python 3.11 ran in circles: a debugger hung, and so did a block that swallows its end."""
    command = [sys.executable, "-c", program]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    assert answer.stdout.split() == said.split()


def test_a_block_that_swallows_its_end_is_ended_all_the_same() -> None:
    with pytest.raises(DeadlineExceeded), at_most(DEADLINE_S + GRACE_S):
        with observe("fork", deadline_s=DEADLINE_S) as mp:
            with contextlib.suppress(BaseException):
                run(mp, workers.spin).join()


def test_the_error_comes_from_the_users_own_exception() -> None:
    with pytest.raises(DeadlineExceeded) as caught:
        with observe("fork", deadline_s=DEADLINE_S):
            try:
                time.sleep(60)
            finally:
                raise KeyError("in the clean-up of the block")
    assert isinstance(caught.value.__cause__, KeyError)


def test_signals_and_timers_are_given_back() -> None:
    calls: list[int] = []
    old = signal.signal(signal.SIGALRM, lambda number, frame: calls.append(number))
    interrupt, child = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGCHLD)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with observe("fork", deadline_s=5) as mp:
            run(mp, workers.nothing).join()
        with contextlib.suppress(DeadlineExceeded), observe("fork", deadline_s=0.1) as mp:
            time.sleep(1)
        assert signal.getsignal(signal.SIGINT) is interrupt
        assert signal.getsignal(signal.SIGCHLD) is child
        until = time.monotonic() + 3
        while not calls and time.monotonic() < until:
            time.sleep(0.01)
        assert calls == [signal.SIGALRM]
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


@per_method
def test_nothing_outlives_a_killed_parent_and_the_next_import(method: str, tmp_path: Any) -> None:
    program = f"""
import os, signal, sys, time
from multiprocessing import shared_memory
sys.path[:0] = {sys.path!r}
from mpscope import observe
import observed_workers as workers
if __name__ == "__main__":
    with observe({method!r}, deadline_s=60) as mp:
        ready = mp.Event()
        for target, args in [
            (workers.spin, ()), (workers.ignore_signals, (ready,)),
            (workers.with_child, (mp, workers.sleep)), (workers.with_program, (60,)),
        ]:
            child = mp.Process(target=target, args=args)
            child.start()
        child.join()  # its program goes on
        segment = shared_memory.SharedMemory(create=True, size=100)
        with mp.Manager() as manager, mp.Pool(1) as pool:
            ready.wait()
            while len([e for e in mp.events if e.kind == "start"]) < 7:
                time.sleep(0.01)
            os.killpg(0, signal.SIGKILL)  # also the resource tracker, as a kernel's restart does
"""
    path = tmp_path / "program.py"
    path.write_text(program)
    with at_most(20):
        killed = subprocess.run([sys.executable, str(path)], timeout=30, start_new_session=True)
    assert killed.returncode == -signal.SIGKILL
    # the next import sweeps up what it could not: conftest looks
    program = f"import sys; sys.path[:0] = {sys.path!r}; from mpscope import observe"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30
    )
    assert (said.stdout, said.stderr) == ("", "")
