"""Pools and executors are transparent: each task is on record, and no silence hides a mistake.

- a task is an event: submitted on which line, by whom, run by a worker, failed or not, collected;
- a wait for a result, or for the end of a pool, has its line and tells who could end it;
- a result that can never come is told within moments, by name, with its cure;
- where anything could still bring it, nothing is said, and nothing is broken off.
"""

from __future__ import annotations

import concurrent.futures
import os
import pickle
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, NamedTuple

import pool_workers as workers
import pytest
from observing import as_in_a_notebook, at_most, leaving_nothing, notes, per_method  # noqa: F401
from outside import START_METHODS

from mpscope import observe
from mpscope._recording.connection import dumps
from mpscope._trace.tasks import PoolLog, pools_of
from mpscope.errors import (
    BlockStopped,
    ChildFailed,
    DeadlineExceeded,
    Deadlock,
    NobodyLeft,
    WrongUse,
)

FORK = [method for method in START_METHODS if method == "fork"]
OTHERS = [method for method in START_METHODS if method != "fork"]
LONG_S = 20


def line_of(text: str) -> str:
    """ "test_pools.py, line 40": where the one line of this file stands that ends so."""
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    (number,) = (at for at, line in enumerate(lines, 1) if line.endswith(f"# {text}"))
    return f"{os.path.basename(__file__)}, line {number}"


def logs_of(mp: Any) -> PoolLog:
    (pool,) = pools_of(mp.trace.logs).values()
    return pool


# --- what is on record ---


def in_a_pool(mp: Any) -> None:
    with mp.Pool(2) as pool:
        later = pool.apply_async(workers.square, (3,))  # apply_async
        assert pool.map(workers.square, range(6), chunksize=2) == [0, 1, 4, 9, 16, 25]  # map
        assert list(pool.imap(workers.square, range(3))) == [0, 1, 4]  # imap
        assert later.get() == 9  # get


def in_an_executor(mp: Any) -> None:
    with ProcessPoolExecutor(2, mp_context=mp) as pool:
        later = pool.submit(workers.square, 3)  # submit
        assert list(pool.map(workers.square, range(6), chunksize=2)) == [0, 1, 4, 9, 16, 25]
        assert later.result() == 9


@per_method
def test_every_task_of_a_pool_is_on_record(method: str) -> None:
    with observe(method, deadline_s=LONG_S) as mp:
        in_a_pool(mp)
    pool = logs_of(mp)
    told = [(s.process, s.what, s.calls, s.collected) for s in pool.submissions.values()]
    assert told == [("parent", "square", 1, True), ("parent", "square", 6, True)] + [
        ("parent", "square", 0, True)
    ]
    wheres = [s.where for s in pool.submissions.values()]
    assert all(
        line_of(text) in where
        for text, where in zip(("apply_async", "map", "imap"), wheres, strict=True)
    )
    done = [task for task in pool.tasks if task.done and not task.failed]
    assert len(done) == len(pool.tasks) == 1 + 3 + 3
    assert sum(task.calls for task in done) == 1 + 6 + 3
    assert {task.worker for task in done} <= {"pool-worker-1", "pool-worker-2"}
    assert {task.number for task in done} == set(pool.submissions)
    collects = [event for event in mp.events if event.kind == "collect"]
    assert line_of("get") in collects[-1].where and collects[-1].process == "parent"
    assert not [event for event in mp.events if event.kind in ("send", "receive", "put")]
    assert "pool: parent submits 7 calls of square." in mp.describe()


@per_method
def test_every_task_of_an_executor_is_on_record(method: str) -> None:
    with observe(method, deadline_s=LONG_S) as mp:
        in_an_executor(mp)
    pool = logs_of(mp)
    assert [(s.what, s.calls, s.collected) for s in pool.submissions.values()] == [
        *[("square", 1, True), ("square", 2, True), ("square", 2, True), ("square", 2, True)]
    ]
    assert line_of("submit") in pool.submissions[1].where
    assert sum(task.calls for task in pool.tasks if task.done and not task.failed) == 7
    assert "pool: parent submits 7 calls of square." in mp.describe()


def test_what_is_told_is_the_same_on_every_run_and_under_every_method() -> None:
    told = set()
    for method in START_METHODS * 2:
        with observe(method, deadline_s=LONG_S) as mp:
            in_a_pool(mp)
            in_an_executor(mp)
        told.add(str(mp.describe()))
        assert "(" not in str(mp.account().lines())
    assert len(told) == 1, told


@per_method
def test_an_executor_keeps_its_class_and_its_futures_theirs(method: str) -> None:
    class Mine(ProcessPoolExecutor):
        def submit(self, *args: Any, **kwargs: Any) -> Any:
            self.seen = getattr(self, "seen", 0) + 1
            return super().submit(*args, **kwargs)

    with observe(method, deadline_s=LONG_S) as mp:
        with Mine(1, mp_context=mp) as pool:
            future = pool.submit(workers.square, 2)
            assert isinstance(pool, Mine) and isinstance(future, concurrent.futures.Future)
            assert future.result() == 4 and pool.seen == 1
            futures = [pool.submit(workers.square, n) for n in range(3)]
            assert concurrent.futures.wait(futures).not_done == set()
            both = concurrent.futures.as_completed(futures)
            assert sorted(f.result() for f in both) == [0, 1, 4]
    assert len(logs_of(mp).submissions) == 4


# --- the waits ---


def map_(mp: Any) -> None:
    with mp.Pool(1) as pool:
        pool.map(workers.nap, [60])  # waits in map_


def get(mp: Any) -> None:
    pool = mp.Pool(1)
    pool.apply_async(workers.nap, (60,)).get()  # waits in get


def wait(mp: Any) -> None:
    pool = mp.Pool(1)
    pool.apply_async(workers.nap, (60,)).wait()  # waits in wait


def next_(mp: Any) -> None:
    with mp.Pool(1) as pool:
        next(pool.imap_unordered(workers.nap, [60]))  # waits in next_


def starmap(mp: Any) -> None:
    with mp.Pool(1) as pool:
        pool.starmap(workers.nap, [(60,)])  # waits in starmap


def result(mp: Any) -> None:
    with ProcessPoolExecutor(1, mp_context=mp) as pool:
        pool.submit(workers.nap, 60).result()  # waits in result


def executor_map(mp: Any) -> None:
    with ProcessPoolExecutor(1, mp_context=mp) as pool:
        list(pool.map(workers.nap, [60]))  # waits in executor_map


def futures_wait(mp: Any) -> None:
    pool = ProcessPoolExecutor(1, mp_context=mp)
    concurrent.futures.wait([pool.submit(workers.nap, 60)])  # waits in futures_wait


def as_completed(mp: Any) -> None:
    pool = ProcessPoolExecutor(1, mp_context=mp)
    next(concurrent.futures.as_completed([pool.submit(workers.nap, 60)]))  # waits in as_completed


WAITS = [map_, get, wait, next_, starmap, result, executor_map, futures_wait, as_completed]


@pytest.mark.parametrize("program", WAITS, ids=lambda program: program.__name__)
def test_a_wait_for_a_result_has_its_line_and_who_could_end_it(program: Any) -> None:
    with pytest.raises(DeadlineExceeded) as caught, observe("fork", deadline_s=0.7) as mp:
        program(mp)
    place = line_of(f"waits in {program.__name__}")
    assert f"parent waits for a result of pool ({place}" in str(caught.value)
    assert "until pool-worker-1 returns it" in str(caught.value)
    assert "pool-worker-1 runs pool_workers.py, line" in str(caught.value)


def pool_join(mp: Any) -> None:
    pool = mp.Pool(1)
    pool.apply_async(workers.nap, (60,))
    pool.close()
    pool.join()  # waits in pool_join


def shutdown(mp: Any) -> None:
    pool = ProcessPoolExecutor(1, mp_context=mp)
    pool.submit(workers.nap, 60)
    pool.shutdown()  # waits in shutdown


@pytest.mark.parametrize("program", [pool_join, shutdown], ids=lambda program: program.__name__)
def test_a_wait_for_the_end_of_a_pool_has_its_line(program: Any) -> None:
    with pytest.raises(DeadlineExceeded) as caught, observe("fork", deadline_s=0.7) as mp:
        program(mp)
    place = line_of(f"waits in {program.__name__}")
    assert f"parent waits until pool has ended ({place}" in str(caught.value)
    assert "until pool-worker-1 has done its tasks" in str(caught.value)


# --- results that can never come ---


class Silence(NamedTuple):
    """A program that would wait for ever, and what is said instead."""

    program: Callable[[Any], None]
    error: type[Exception]
    words: tuple[str, ...]
    methods: list[str] = START_METHODS


def worker_killed(mp: Any) -> None:
    with mp.Pool(2) as pool:
        pool.map(workers.kill_on_two, range(4), chunksize=1)  # worker_killed


def chunk_lost(mp: Any) -> None:
    with mp.Pool(1) as pool:
        pool.map(workers.kill_yourself, range(6), chunksize=3)


def worker_left(mp: Any) -> None:
    with mp.Pool(1) as pool:
        pool.apply(workers.leave, (1,))


def killed_and_joined(mp: Any) -> None:
    pool = mp.Pool(1)
    pool.apply_async(workers.kill_yourself, (1,))
    pool.close()
    pool.join()


def killed_under_imap(mp: Any) -> None:
    with mp.Pool(2) as pool:
        list(pool.imap_unordered(workers.kill_on_two, range(4)))


def initializer_raises(mp: Any) -> None:
    with mp.Pool(2, workers.prepare, ("/no/such/file",)) as pool:
        pool.map(workers.square, [1])


def exception_not_rebuilt(mp: Any) -> None:
    with mp.Pool(1) as pool:
        pool.map(workers.refuse, [1])


def result_not_rebuilt(mp: Any) -> None:
    with mp.Pool(1) as pool:
        pool.map(workers.return_unbuildable, [1])


def raise_key_error(value: Any) -> None:
    {}["sum"]  # the callback


def raise_value_error(value: Any) -> None:
    raise ValueError(value)  # the other callback


def callback_key_error(mp: Any) -> None:
    with mp.Pool(1) as pool:
        later = pool.apply_async(workers.square, (1,), callback=raise_key_error)  # submits
        later.get()


def callback_and_join(mp: Any) -> None:
    pool = mp.Pool(1)
    pool.apply_async(workers.square, (1,), callback=raise_key_error)
    pool.close()
    pool.join()


def callback_value_error(mp: Any) -> None:
    with mp.Pool(1) as pool:
        pool.apply_async(workers.square, (1,), callback=raise_value_error)
        pool.apply_async(workers.square, (2,)).get()


def error_callback(mp: Any) -> None:
    with mp.Pool(1) as pool:
        pool.apply_async(workers.fail, (1,), error_callback=raise_value_error).get()


def callback_waits(mp: Any) -> None:
    with mp.Pool(1) as pool:
        pool.apply_async(workers.square, (1,), callback=lambda n: pool.apply(workers.square, (n,)))
        pool.apply(workers.square, (2,))


def callback_waits_for_a_future(mp: Any) -> None:
    with ProcessPoolExecutor(1, mp_context=mp) as pool:
        first = pool.submit(workers.nap, 0.3)
        first.add_done_callback(lambda _: pool.submit(workers.square, 2).result())
        pool.submit(workers.square, 3).result()


def after_with(mp: Any) -> None:
    with mp.Pool(1) as pool:  # its with
        numbers = pool.imap(workers.nap, [0.3, 0.3])
    list(numbers)  # after it


def after_terminate(mp: Any) -> None:
    pool = mp.Pool(1)
    later = pool.apply_async(workers.nap, (60,))
    pool.terminate()  # terminates
    later.get()


def no_worker_left(mp: Any) -> None:
    with ProcessPoolExecutor(1, mp_context=mp, max_tasks_per_child=2) as pool:
        [future.result() for future in [pool.submit(workers.square, n) for n in range(6)]]


KILLED = "was killed by SIGKILL"
SILENCES = [
    Silence(
        worker_killed,
        ChildFailed,
        (KILLED, "kill_on_two() of pool", "ProcessPoolExecutor", "@worker_killed", "is lost"),
    ),
    Silence(chunk_lost, ChildFailed, (KILLED, "a chunk of 3 calls of kill_yourself()")),
    Silence(worker_left, NobodyLeft, ("pool-worker-1 ended well while it ran leave()",)),
    Silence(killed_and_joined, ChildFailed, (KILLED, "waits until pool has ended")),
    Silence(killed_under_imap, ChildFailed, (KILLED, "kill_on_two()")),
    Silence(
        initializer_raises,
        ChildFailed,
        ("workers of pool, one after the other", "its initializer prepare: FileNotFoundError"),
    ),
    Silence(
        exception_not_rebuilt,
        ChildFailed,
        ("exception that cannot be rebuilt", "Refused", "TypeError", "__init__", "args"),
    ),
    Silence(result_not_rebuilt, NobodyLeft, ("A result that cannot be rebuilt", "ValueError")),
    Silence(
        callback_key_error,
        NobodyLeft,
        ("the callback for square", "KeyError: 'sum'", "@the callback", "@submits"),
    ),
    Silence(callback_and_join, NobodyLeft, ("KeyError: 'sum'", "until pool has ended")),
    Silence(
        callback_value_error, NobodyLeft, ("ValueError: 1", "ended of it", "@the other callback")
    ),
    Silence(
        callback_waits,
        NobodyLeft,
        ("A callback that waits for a result: a callback waits for the result of square",),
        FORK,
    ),
    Silence(error_callback, ChildFailed, ("the callback for fail", "ended of it")),
    Silence(
        after_with,
        NobodyLeft,
        ("pool was terminated when its `with` ended", "@its with", "@after it", "Take all results"),
    ),
    Silence(after_terminate, NobodyLeft, ("pool was terminated", "@terminates")),
]
SILENT = [(silence, method) for silence in SILENCES for method in silence.methods]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    "silence, method", SILENT, ids=[f"{s.program.__name__}-{method}" for s, method in SILENT]
)
def test_a_result_that_cannot_come_is_told_at_once(silence: Silence, method: str) -> None:
    with leaving_nothing(method):
        with at_most(12), pytest.raises((ChildFailed, NobodyLeft)) as caught:
            with observe(method, deadline_s=LONG_S) as mp:
                silence.program(mp)
        text = str(caught.value)
        assert type(caught.value) is silence.error, text
        assert len(text.splitlines()) <= 60
        for word in silence.words:
            assert (line_of(word[1:]) if word.startswith("@") else word) in text, (word, text)
        del caught, mp


def asks_for_a_lost_result(mp: Any) -> None:
    with mp.Pool(2) as pool:
        lost = pool.map_async(workers.kill_on_two, range(4), chunksize=1)
        while not lost.ready():  # asks for a result
            time.sleep(0.02)


def asks_for_a_future(mp: Any, late: bool = False) -> None:
    event = mp.Event()
    with ProcessPoolExecutor(1, mp, workers.keep, (event,)) as executor:
        future = executor.submit(workers.wait_for_kept)
        if late:
            threading.Timer(2, event.set).start()
        while True:
            if future.done():
                break
            time.sleep(0.02)


@per_method
def test_a_loop_that_asks_whether_a_result_has_come_waits_for_it(method: str) -> None:
    with at_most(12), pytest.raises(ChildFailed) as caught:
        with observe(method, deadline_s=LONG_S) as mp:
            asks_for_a_lost_result(mp)
    asks = f"asks ready() of a result of pool again and again ({line_of('asks for a result')}"
    assert asks in str(caught.value)
    assert "A worker that died with its task: pool-worker-" in str(caught.value)
    with at_most(12), pytest.raises(Deadlock, match="parent → pool-worker-1 → parent"):
        with observe(method, deadline_s=LONG_S) as mp:
            asks_for_a_future(mp)
    with observe(method, deadline_s=LONG_S) as mp:
        asks_for_a_future(mp, late=True)


def under_a_lock(mp: Any) -> None:
    lock = mp.Lock()
    with mp.Pool(2, workers.keep, (lock,)) as pool, lock:
        pool.map(workers.take_kept, range(4), chunksize=1)


@per_method
def test_tasks_that_wait_for_a_lock_of_the_parents_do_not_wait_for_tasks(method: str) -> None:
    with at_most(12), pytest.raises(Deadlock) as caught:
        with observe(method, deadline_s=LONG_S) as mp:
            under_a_lock(mp)
    text = str(caught.value)
    assert "Tasks that wait for other tasks" not in text
    assert re.search(r"parent holds lock .*, which pool-worker-1 waits for, and waits for po", text)


def test_a_callback_that_waits_for_a_future() -> None:
    with pytest.raises(NobodyLeft, match="A callback that waits for a result") as caught:
        with at_most(12), observe("fork", deadline_s=LONG_S) as mp:
            callback_waits_for_a_future(mp)
    assert "in the thread of pool that brings all results" in str(caught.value)


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="mended there, as far as we tried")
def test_a_future_that_no_worker_is_left_for() -> None:
    with leaving_nothing("spawn"):
        try:
            with at_most(12), observe("spawn", deadline_s=LONG_S) as mp:
                no_worker_left(mp)
        except NobodyLeft as error:
            assert "every worker has ended after its max_tasks_per_child=2" in str(error)
        del mp


@per_method
def test_a_pool_that_is_used_while_its_module_is_imported(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"at_import_{method}"
    (tmp_path / f"{name}.py").write_text(
        "import builtins\n"
        "def square(n):\n    return n * n\n"
        "if hasattr(builtins, 'the_context'):\n"
        "    with builtins.the_context.Pool(1) as pool:\n"
        "        ANSWER = pool.map(square, [3])\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with at_most(12), pytest.raises(NobodyLeft) as caught, observe(method, LONG_S) as mp:
        monkeypatch.setattr("builtins.the_context", mp, raising=False)
        __import__(name)
    assert f"parent imports {name}" in str(caught.value)
    assert f"{name}.py, line 6" in str(caught.value)


# --- ... and those that may come ---


def test_a_thread_that_could_end_it_is_waited_for() -> None:
    with observe("fork", deadline_s=LONG_S) as mp:
        pool = mp.Pool(1)
        pool.apply_async(workers.kill_yourself, (1,))
        pool.close()

        def end_it() -> None:
            time.sleep(2)
            pool.terminate()

        thread = threading.Thread(target=end_it)
        thread.start()
        pool.join()
        thread.join()


def test_a_handler_that_could_end_it_is_waited_for() -> None:
    class Enough(Exception):
        pass

    def handler(*_: Any) -> None:
        raise Enough

    before = signal.signal(signal.SIGUSR1, handler)
    try:
        timer = threading.Timer(2, os.kill, (os.getpid(), signal.SIGUSR1))
        timer.start()
        with pytest.raises(Enough), observe("fork", deadline_s=LONG_S) as mp:
            mp.Pool(1).map(workers.kill_yourself, [1])
    finally:
        timer.cancel()
        signal.signal(signal.SIGUSR1, before)


@per_method
def test_workers_that_come_and_go_are_no_alarm(method: str) -> None:
    with observe(method, deadline_s=30) as mp:
        with mp.Pool(2, maxtasksperchild=1) as pool:
            assert pool.map(workers.nap, [0.3] * 8, chunksize=1) == [0.3] * 8
        pool = mp.Pool(1)
        later = pool.apply_async(workers.nap, (1.5,))
        pool.close()
        pool.join()
        assert later.get() == 1.5
        with ProcessPoolExecutor(1, mp_context=mp) as executor:
            assert executor.submit(workers.nap, 1.5).result() == 1.5


def test_a_timeout_gives_up_without_a_verdict() -> None:
    with observe("fork", deadline_s=LONG_S) as mp, mp.Pool(1) as pool:
        later = pool.apply_async(workers.kill_yourself, (1,))
        with pytest.raises(mp.TimeoutError):
            later.get(timeout=1.5)
    assert not logs_of(mp).submissions[later._ipc_number].collected


# --- errors that say more ---


@per_method
def test_what_of_a_task_cannot_be_pickled_is_named(method: str) -> None:
    holder = workers.Holder()
    with observe(method, deadline_s=LONG_S) as mp:
        queue, lock = mp.Queue(), mp.Lock()
        with mp.Pool(1) as pool, ProcessPoolExecutor(1, mp_context=mp) as executor:
            for use, word in (
                (lambda: pool.map(workers.use, [queue]), "its argument is a Queue"),
                (lambda: pool.apply(workers.use, (lock,)), "its argument is a Lock"),
                (lambda: executor.submit(workers.use, queue).result(), "its argument is a Queue"),
            ):
                with pytest.raises(RuntimeError) as caught:
                    use()
                note = caught.value.__notes__[-1]  # since 3.14 pickle adds its own
                assert word in note and "initargs" in note and "Manager().Queue()" in note
            for use, word in (
                (lambda: pool.apply(workers.use, (holder,)), "in Holder.rule,"),
                (lambda: pool.starmap(workers.add, [(1, holder)]), "in Holder.rule,"),
                (lambda: executor.submit(holder.step, 1).result(), "in Holder.rule,"),
                (lambda: list(executor.map(workers.use, [lambda: 0])), "a lambda"),
                (lambda: executor.submit(lambda: 0).result(), "its function cannot be pickled"),
            ):
                with pytest.raises((pickle.PicklingError, AttributeError)) as refused:
                    use()
                note = refused.value.__notes__[-1]
                assert word in note and "Use a function of a module" in note, note
            with pytest.raises(Exception, match="Error sending result") as late:
                pool.apply(workers.return_lambda, (1,))
            assert "cannot travel back" in late.value.__notes__[0]


@per_method
def test_the_cure_for_a_queue_as_argument_works(method: str) -> None:
    with observe(method, deadline_s=LONG_S) as mp:
        queue = mp.Queue()
        with mp.Pool(1, workers.keep, (queue,)) as pool:
            pool.map(workers.put_kept, [7])
            assert queue.get() == 7  # the end of the pool might take what is not yet sent


@per_method
@pytest.mark.parametrize("task", [workers.start_a_pool, workers.start_a_process])
def test_a_pool_in_a_pool_has_a_cure_and_it_works(method: str, task: Any) -> None:
    with observe(method, deadline_s=LONG_S) as mp:
        with mp.Pool(1) as pool, pytest.raises(AssertionError) as caught:
            pool.map(task, [3])
        assert "ProcessPoolExecutor" in caught.value.__notes__[0]
        with ProcessPoolExecutor(1, mp_context=mp) as executor:
            assert executor.submit(task, 3).result() in ([9], 0)


@pytest.mark.parametrize("method", FORK)
@pytest.mark.parametrize("of_pool", [True, False])
def test_a_pool_used_from_its_own_worker_is_refused(method: str, of_pool: bool) -> None:
    with observe(method, deadline_s=LONG_S) as mp:
        outer: Any = mp.Pool(1) if of_pool else ProcessPoolExecutor(1, mp_context=mp)
        task = workers.use_pool_of_parent if of_pool else workers.submit_to_parents_executor
        workers._kept[:] = [outer]
        try:
            with mp.Pool(1) as pool, pytest.raises(WrongUse, match="was made in parent"):
                pool.apply(task, (1,))
        finally:
            workers._kept.clear()


def test_join_before_close_says_close() -> None:
    with observe("fork", deadline_s=LONG_S) as mp, mp.Pool(1) as pool:
        with pytest.raises(ValueError, match="still running") as caught:
            pool.join()
        assert "pool.close()" in caught.value.__notes__[0]


@per_method
def test_a_broken_executor_says_who_died_and_in_which_task(method: str) -> None:
    with pytest.raises(BrokenProcessPool) as caught, observe(method, deadline_s=LONG_S) as mp:
        with ProcessPoolExecutor(1, mp_context=mp) as executor:
            executor.submit(workers.kill_yourself, 1).result()  # broken
    (note,) = caught.value.__notes__
    assert f"pool-worker-1 {KILLED} while it ran kill_yourself()".replace("pool-", "pool-") in note
    assert line_of("broken") in note
    with pytest.raises(BrokenProcessPool) as caught, observe(method, deadline_s=LONG_S) as mp:
        with ProcessPoolExecutor(1, mp, workers.prepare, ("/no/such/file",)) as executor:
            executor.submit(workers.square, 1).result()
    assert "prepare, the initializer of executor, raised FileNotFoundError" in str(
        caught.value.__notes__
    )


# --- what nobody has looked at ---


@per_method
def test_failures_that_nobody_asked_for_are_told(
    method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with observe(method, deadline_s=LONG_S) as mp:
        with mp.Pool(2) as pool:
            for n in range(3):
                pool.apply_async(workers.fail, (n,))  # never looked at
            pool.apply_async(workers.square, (1,))
            pool.close()
            pool.join()
        with ProcessPoolExecutor(1, mp_context=mp) as executor:
            executor.submit(workers.fail, 7)
    assert notes(capsys) == [
        "note: 3 tasks of pool failed, and nobody asked for their results: fail raised ValueError: "
        f"no 0 (submitted in {line_of('never looked at')} in "
        "test_failures_that_nobody_asked_for_are_told)",
        "note: 1 task of executor failed, and nobody asked for its result: fail raised ValueError: "
        f"no 7 (submitted in {line_of_submit()})",
    ]
    assert "3 of them fail" in mp.describe()


def line_of_submit() -> str:
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    (number,) = (at for at, line in enumerate(lines, 1) if line.endswith("submit(workers.fail, 7)"))
    name = "test_failures_that_nobody_asked_for_are_told"
    return f"{os.path.basename(__file__)}, line {number} in {name}"


def test_failures_that_were_looked_at_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    with observe("fork", deadline_s=LONG_S) as mp:
        with mp.Pool(1) as pool:
            later = pool.apply_async(workers.fail, (1,))
            later.wait()
            assert not later.successful()
            with pytest.raises(ValueError, match="no 1"):
                pool.apply_async(workers.fail, (1,)).get()
            with pytest.raises(LookupError):
                pool.map(workers.fail_on_two, range(4))
        with ProcessPoolExecutor(1, mp_context=mp) as executor:
            assert isinstance(executor.submit(workers.fail, 1).exception(), ValueError)
            executor.submit(workers.fail, 1).add_done_callback(lambda future: None)
    assert capsys.readouterr().err == ""


def test_tasks_that_a_terminated_pool_has_not_done_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with observe("fork", deadline_s=LONG_S) as mp:
        with mp.Pool(1) as pool:  # cut off
            pool.apply_async(workers.nap, (60,))
            pool.close()
        with mp.Pool(1) as pool:
            pool.apply_async(workers.square, (1,)).wait()
    (note,) = notes(capsys)
    assert note.startswith("note: pool was terminated when its `with` ended (")
    assert line_of("cut off") in note and "not all calls of nap (" in note


def test_a_task_that_waits_for_one_that_no_worker_is_free_for() -> None:
    with pytest.raises(DeadlineExceeded) as caught, observe("fork", deadline_s=1.5) as mp:
        go = mp.Event()
        with mp.Pool(1, workers.keep, (go,)) as pool:
            waiting = pool.apply_async(workers.wait_for_kept)
            pool.apply_async(workers.set_kept)
            waiting.get()
    assert (
        "Tasks that wait for other tasks: 1 task of pool has not begun, and its only worker is in "
        "a task that waits itself (pool-worker-1 waits in go.wait() ("
    ) in str(caught.value)


# --- the rest ---


def test_a_block_that_is_stopped_in_a_pool_leaves_nothing() -> None:
    with leaving_nothing("fork"):
        with pytest.raises(BlockStopped), observe("fork", deadline_s=LONG_S) as mp:
            threading.Timer(0.5, mp.stop).start()
            with mp.Pool(2) as pool:
                pool.map(workers.nap, [60, 60])
        del mp, pool


def test_a_manager_pool_and_a_thread_pool_are_left_alone() -> None:
    with observe("fork", deadline_s=LONG_S) as mp, mp.Manager() as manager:
        with manager.Pool(1) as pool:
            assert pool.map(workers.square, [2]) == [4]
        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            assert threads.submit(workers.square, 3).result() == 9
    assert pools_of(mp.trace.logs) == {}


@pytest.mark.parametrize(
    "value",
    [0, -5, 1 << 70, 1.5, True, None, "", "é" * 10, b"x" * 300, "y" * 20_000, b"z" * 70_000],
)
def test_a_small_value_travels_as_the_same_pickle(value: Any) -> None:
    assert pickle.loads(dumps(value)) == value
    if len(dumps(value)) < 60_000:  # above, framing may differ
        assert bytes(dumps(value)) == bytes(ForkingPickler.dumps(value))
