"""Clean-up: a block leaves no process, no name in shared memory, no folder and no descriptor.

conftest looks for processes and names after every test; here all of it is looked for, right after
each block, and the blocks do not behave.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import gc
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import resource_sharer, resource_tracker, shared_memory, util
from multiprocessing.managers import SharedMemoryManager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import leaks
import observed_workers as workers
import pytest
from observing import as_in_a_notebook, interrupt_after, leaving_nothing, per_method  # noqa: F401
from outside import START_METHODS, Watch

from mpscope import observe
from mpscope._recording import recorder
from mpscope._recording.pool import Pool
from mpscope._recording.records import TEXT, Assignment
from mpscope._supervision.cleanup import Cleanup
from mpscope._supervision.processes import identities
from mpscope._supervision.sweep import sweep
from mpscope.errors import DeadlineExceeded, WrongUse


def run(mp: Any, target: Any, *args: Any, **options: Any) -> Any:
    child = mp.Process(target=target, args=args, **options)
    child.start()
    return child


def test_a_child_and_an_orphan_that_are_left_are_seen() -> None:
    """By what looks after each test; were it blind, nothing would ever be left."""
    watch, nap = Watch(), [sys.executable, "-c", "import time; time.sleep(60)"]
    child = subprocess.Popen(nap)
    program = (
        f"import subprocess as s; print(s.Popen({nap!r}, stdout=s.DEVNULL, stderr=s.DEVNULL).pid)"
    )
    started = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    try:
        left = "\n".join(watch.left(patience_s=0))
        assert f"process {child.pid}:" in left
        assert f"process {int(started.stdout)}:" in left or sys.platform == "win32"
    finally:
        child.kill()
        child.wait()
        os.kill(int(started.stdout), signal.SIGTERM)


def test_the_short_form_keeps_one_start_method_of_each_test() -> None:
    """And leaves tests alone that know none."""
    marked: dict[object, str] = {}
    items = [
        SimpleNamespace(callspec=SimpleNamespace(params={"method": method}), add_marker=mark)
        for method in START_METHODS
        for mark in [functools.partial(marked.setdefault, method)]
    ]
    items += [SimpleNamespace(callspec=SimpleNamespace(params={})), SimpleNamespace()]
    leaks.pytest_collection_modifyitems(items)  # type: ignore[arg-type]
    assert marked == dict.fromkeys(START_METHODS[1:], "slow")


# --- blocks that do not clean up after themselves ---


def children_not_joined(mp: Any) -> None:
    ready = mp.Event()
    run(mp, workers.sleep, daemon=True)
    run(mp, workers.ignore_signals, ready, daemon=True)
    run(mp, workers.nothing)
    ready.wait()


def orphans(mp: Any) -> None:
    run(mp, workers.with_orphan, mp, workers.sleep).join()
    run(mp, workers.with_program, 60).join()
    run(mp, workers.with_child, mp, workers.nothing)


def queues_not_drained(mp: Any) -> None:
    numbers, unread, simple, tasks = mp.Queue(), mp.Queue(), mp.SimpleQueue(), mp.JoinableQueue()
    for _ in range(5):
        numbers.put("x" * 100_000)
        tasks.put(1)
    simple.put(1)
    run(mp, workers.put, unread, 1, 2).join()
    bounded = mp.Queue(1)
    bounded.put(1)


def pipes_left_open(mp: Any) -> None:
    mp.kept = [mp.Pipe() for _ in range(5)] + [mp.Pipe(duplex=False) for _ in range(5)]
    run(mp, workers.say, mp.kept[0][1], 1).join()


def locks_of_all_kinds(mp: Any) -> None:
    mp.kept = [mp.Lock(), mp.RLock(), mp.Semaphore(3), mp.BoundedSemaphore(), mp.Condition()]
    mp.kept += [mp.Event(), mp.Barrier(3), mp.Value("i"), mp.Array("i", 1000), mp.RawArray("d", 9)]
    ready = mp.Event()
    run(mp, workers.hold_and_die, mp.kept[0], ready).join()


def pool_not_closed(mp: Any) -> None:
    mp.kept = mp.Pool(2)
    assert mp.kept.map(workers.square, [1, 2]) == [1, 4]


def pool_at_work(mp: Any) -> None:
    mp.kept = mp.Pool(2, maxtasksperchild=1)
    mp.kept.map_async(workers.sleep, [60] * 10)
    assert mp.kept.apply_async(workers.square, (2,)) is not None


def executor_not_shut_down(mp: Any) -> None:
    mp.kept = concurrent.futures.ProcessPoolExecutor(2, mp_context=mp)
    assert mp.kept.submit(workers.square, 3).result() == 9


def manager_not_shut_down(mp: Any) -> None:
    mp.kept = mp.Manager()
    items = mp.kept.list([1])
    mp.kept.items = items, mp.kept.Queue(), mp.kept.Lock(), mp.kept.Pool(1)
    run(mp, workers.fill, {}, items, 1).join()


def segments_not_unlinked(mp: Any) -> None:
    answers, ready = mp.SimpleQueue(), mp.Event()
    mp.kept = [shared_memory.SharedMemory(create=True, size=1000) for _ in range(2)]
    mp.kept.append(shared_memory.ShareableList([1, "two"]))
    run(mp, workers.leave_segment, 1000, answers).join()
    assert answers.get()
    run(mp, workers.leave_segment_and_die, 1000, ready).join()
    mp.kept[0].close()


def segment_server(mp: Any) -> None:
    mp.kept = SharedMemoryManager(ctx=mp)
    mp.kept.start()
    mp.kept.SharedMemory(100)


def end_sent_through_a_queue(mp: Any) -> None:
    channel, done = mp.Queue(), mp.Queue()
    here, there = mp.Pipe()
    run(mp, workers.send_end, channel, there, done)
    end = channel.get()
    here.send(1)
    assert end.recv() == 1
    channel.put(end)  # and nobody takes it
    done.put(None)


def locks_of_a_killed_child(mp: Any) -> None:
    run(mp, workers.make_locks_and_die, mp).join()


def failed_starts(mp: Any) -> None:
    for _ in range(3):
        with contextlib.suppress(Exception):
            run(mp, workers.nothing, threading.Lock())


def user_threads(mp: Any) -> None:
    numbers = mp.Queue()
    thread = threading.Thread(target=lambda: [numbers.put(n) for n in range(50)])
    thread.start()
    assert sorted(numbers.get() for _ in range(50)) == list(range(50))


MESSES: list[Callable[[Any], None]] = [
    *(children_not_joined, orphans, queues_not_drained, pipes_left_open, locks_of_all_kinds),
    *(pool_not_closed, pool_at_work, executor_not_shut_down, manager_not_shut_down),
    *(segments_not_unlinked, segment_server, end_sent_through_a_queue),
    *(locks_of_a_killed_child, failed_starts, user_threads),
]


@per_method
def test_a_block_leaves_nothing(method: str) -> None:
    """One block after the other, so that the descriptors of one are not those of another."""
    for mess in MESSES:
        with leaving_nothing(method):
            with observe(method, deadline_s=8) as mp:
                mess(mp)
            del mp


@per_method
def test_a_block_that_fails_leaves_nothing(method: str) -> None:
    for mess in MESSES:
        with leaving_nothing(method):
            with pytest.raises(LookupError), observe(method, deadline_s=8) as mp:
                mess(mp)
                raise LookupError
            del mp


@per_method
def test_a_block_whose_time_is_up_leaves_nothing(method: str) -> None:
    with leaving_nothing(method):
        with contextlib.suppress(DeadlineExceeded), observe(method, deadline_s=2) as mp:
            for mess in MESSES:
                if mess is not end_sent_through_a_queue:
                    mess(mp)
            time.sleep(60)
        del mp


def test_a_healthy_program_that_forgot_to_shut_its_executor_down_ends_well() -> None:
    with observe("spawn", deadline_s=8) as mp:
        executor_not_shut_down(mp)
    assert {event.number for event in mp.events if event.kind == "exit"} == {0}


@per_method
def test_the_same_block_a_hundred_times(method: str) -> None:
    with leaving_nothing(method):
        for _ in range(100):
            with observe(method) as mp:
                numbers = mp.Queue()
                numbers.put(1)
                numbers.get()
        del mp, numbers


def test_what_was_there_before_the_block_stays() -> None:
    plain = multiprocessing.get_context("spawn")
    lock, numbers, value = plain.Lock(), plain.Queue(), plain.Value("i", 5)
    segment = shared_memory.SharedMemory(create=True, size=10)
    child = plain.Process(target=workers.echo, args=(numbers, numbers))
    with observe("spawn") as mp:
        child.start()  # plain, though inside: it is none of the block's
        held = shared_memory.SharedMemory(segment.name)
        held.buf[0] = 7
        inside = mp.Value("i", 9)
        value.value += inside.value
        held.close()
    assert lock.acquire() and value.value == 14 and segment.buf[0] == 7
    assert child.is_alive()
    child.terminate()
    child.join()
    numbers.put("still works")
    assert numbers.get() == "still works"
    attached = shared_memory.SharedMemory(segment.name)
    attached.close()
    segment.close()
    segment.unlink()
    numbers.close()
    child.close()
    assert inside.value == 9, "a value outlives its block: nothing but its lock was shared"


def test_a_tracker_that_the_block_has_started_does_not_complain() -> None:
    """A fork child may be the first to need the tracker: nothing is said about leaks at exit."""
    program = f"""
import sys
sys.path[:0] = {sys.path!r}
from mpscope import observe
import observed_workers as workers
for _ in range(2):
    with observe("fork") as mp:
        answers = mp.SimpleQueue()
        mp.Process(target=workers.leave_segment, args=(100, answers)).start()
        answers.get()
    assert mp.transcript() == "", mp.transcript()
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


# --- Ctrl-C ---


def wait_in_join(mp: Any) -> None:
    run(mp, workers.sleep).join()


def wait_at_the_end(mp: Any) -> None:
    run(mp, workers.sleep)


def wait_in_a_pool(mp: Any) -> None:
    with mp.Pool(2) as pool:
        pool.map(workers.sleep, [60] * 4)


def wait_for_a_manager(mp: Any) -> None:
    with mp.Manager() as manager:
        manager.Queue().get()


@per_method
@pytest.mark.parametrize(
    "what", [wait_in_join, wait_at_the_end, wait_in_a_pool, wait_for_a_manager]
)
def test_an_interrupt_ends_the_block_at_once(what: Callable[[Any], None], method: str) -> None:
    with leaving_nothing(method):
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt), interrupt_after(0.5):
            with observe(method, deadline_s=8) as mp:
                what(mp)
        assert time.monotonic() - began < 2
        del mp


def everything(mp: Any) -> None:
    numbers, lock = mp.Queue(), mp.Lock()
    children = [run(mp, workers.put, numbers, n) for n in range(3)]
    with lock:
        assert sorted(numbers.get() for _ in children) == [0, 1, 2]
    segment = shared_memory.SharedMemory(create=True, size=100)
    segment.close()
    segment.unlink()
    with mp.Manager() as manager:
        manager.list([1]).append(2)
    with mp.Pool(1) as pool:
        pool.map(workers.square, [1, 2])


@per_method
def test_interrupts_at_random_moments_leave_nothing(method: str) -> None:
    seed = random.randrange(10**6)
    rng = random.Random(seed)
    longest = {"fork": 0.25, "spawn": 0.9, "forkserver": 0.5}[method]
    heard = 0
    for _ in range(8):
        delay = rng.uniform(0, longest)
        with leaving_nothing(method):
            try:
                with interrupt_after(delay, times=rng.choice([1, 1, 2])):
                    with observe(method, deadline_s=8) as mp:
                        everything(mp)
            except KeyboardInterrupt:
                heard += 1
            mp = None
        assert recorder.current is None, (seed, delay)
    gc.collect()


def test_the_resource_sharer_is_stopped() -> None:
    with observe("spawn") as mp:
        end_sent_through_a_queue(mp)
    assert resource_sharer._resource_sharer._thread is None


# --- what a killed program has left ---


def dead_pid() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def a_folder(owner: int) -> Path:
    return Path(tempfile.mkdtemp(prefix=f"ipc-{owner}-"))


@pytest.fixture
def private_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Other programs sweep, too; not `tmp_path`, which may be too deep for a block: see `home`."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield


@pytest.mark.usefixtures("private_folder")
def test_a_sweep_touches_only_what_is_ours_and_dead_and_survives_the_rest() -> None:
    dead = dead_pid()
    alive, foreign, newer, empty = (a_folder(owner) for owner in (os.getppid(), dead, dead, dead))
    (alive / "0.txt").write_bytes(b"parent")  # without the lock of this version
    (foreign / "somebody").write_text("else's")
    (newer / "0.txt").write_bytes(bytes(range(256)))
    (newer / "1.txt").write_bytes(b"a format\n99999999\nof another version")
    link = Path(tempfile.gettempdir(), f"ipc-{dead}-link")
    link.symlink_to(alive)
    odd = Path(tempfile.gettempdir(), "ipc-odd-name")
    odd.touch()
    unborn, bare = a_folder(dead), a_folder(dead)  # killed before its first line, or its log
    (unborn / "0.txt").touch()
    for folder in (unborn, bare):
        os.utime(folder, (time.time() - 7200,) * 2)
    sweep()
    assert not unborn.exists() and not bare.exists()
    with observe("fork") as mp:
        assert list(mp.events) == []
    assert all(path.exists() for path in (alive / "0.txt", foreign, empty, link, odd))


@pytest.mark.usefixtures("private_folder")
def test_a_sweep_removes_the_folder_of_a_dead_block() -> None:
    program = (
        f"import sys, os, signal; sys.path[:0] = {sys.path!r}\n"
        + """
from mpscope import observe
with observe("fork") as mp:
    print(mp._folder, flush=True)
    mp.kept = mp.Lock()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    folder = Path(ran.stdout.strip())
    assert (folder / "0.txt").exists()
    header = f"child-1\n{dead_pid()}\n1\nchild".encode()  # killed too soon
    texts = (b"m", header), (b"i", b"1\n1")
    log = b"".join(TEXT.pack(1, tag, 1, len(text)) + text for tag, text in texts)
    (folder / "1.txt").write_bytes(log)
    assert list(identities(str(folder)))
    sweep()
    assert not folder.exists()


# --- when the block cannot begin, or its end hangs ---


class NoRoom(OSError):
    pass


def refuse(*args: Any, **kwargs: Any) -> Any:
    raise NoRoom("no room")


@pytest.mark.parametrize(
    "home, name",
    [
        (tempfile, "mkdtemp"),
        (os, "posix_fallocate"),
        (resource_tracker, "ensure_running"),
    ],
)
def test_a_block_that_cannot_begin_leaves_nothing(
    home: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarm, timer = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)
    with leaving_nothing("fork"):
        with monkeypatch.context() as patch:
            patch.setattr(home, name, refuse)
            with pytest.raises(NoRoom), observe("fork"):
                raise AssertionError("it has begun")
        assert signal.getsignal(signal.SIGALRM) is alarm
        assert signal.getitimer(signal.ITIMER_REAL) == timer
    with observe("fork") as mp:
        run(mp, workers.nothing)


released = threading.Event()  # else the threads would be there in each later test, and might act


def hang_for_ever(*args: Any) -> None:
    while not released.is_set():
        with contextlib.suppress(BaseException):
            time.sleep(0.01)
            released.wait(3600)


@pytest.mark.parametrize("in_thread", [False, True])
def test_the_end_of_a_block_does_not_wait_for_what_hangs(in_thread: bool) -> None:
    """Finalizers that never return, and that swallow what is raised in them."""

    def program() -> None:
        with observe("fork", deadline_s=8) as mp:
            locks = [mp.Lock() for _ in range(3)]
            for lock in locks:  # a finalizer of what is not the block's stays the program's affair
                util.Finalize(lock, hang_for_ever, exitpriority=5)
            numbers = mp.Queue()
            run(mp, workers.put, numbers, 1).join()
            assert numbers.get() == 1
        assert mp.transcript() == ""

    released.clear()
    began = time.monotonic()
    if in_thread:
        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            threads.submit(program).result(timeout=20)
    else:
        program()
    took = time.monotonic() - began
    released.set()
    assert took < 4
    assert recorder.current is None


# --- late threads ---


@pytest.mark.parametrize("mess", [pool_at_work, executor_not_shut_down])
def test_threads_that_are_late_do_not_complain(
    mess: Any, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queues are closed while a pool's threads still use them, as on a slow machine."""
    complaints: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", complaints.append)
    monkeypatch.setattr(Pool, "_ipc_end", lambda pool: setattr(pool, "_state", "TERMINATE"))
    for _ in range(3):
        with contextlib.suppress(LookupError), observe("fork", deadline_s=8) as mp:
            mess(mp)
            raise LookupError
        del mp
    time.sleep(0.3)
    assert not complaints
    assert capfd.readouterr() == ("", "")


@per_method
def test_what_another_thread_makes_meanwhile_is_refused(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It came after its names had been unlinked, and stayed; so did the threads of a pool."""
    refused: list[str] = []
    makers: list[Callable[[], Any]] = []

    def make(cleanup: Any) -> None:
        while makers:
            try:
                makers.pop()()
            except WrongUse as error:
                refused.append(str(error))

    with leaving_nothing(method), monkeypatch.context() as patch:
        with observe(method) as mp:
            makers += [mp.Lock, mp.Queue, mp.Process(target=print).start, mp.Pool]
            patch.setattr(Cleanup, "_unlink_names", make)
        del mp
    assert len(refused) == 4 and all("had ended" in text for text in refused)


def test_a_recorder_that_is_closed_takes_everything_in_silence(tmp_path: Path) -> None:
    box = recorder.Recorder(Assignment(str(tmp_path), "0", "parent", 0))
    place = box.open(1, 0, sys._getframe())
    box.close()
    size = (tmp_path / "0.box").stat().st_size
    box.stamp(place)
    box.turn_into(place, 0)
    box.sent(place, 1, 1)
    for _ in range(3000):  # more than there is room for
        box.write(1)
        box.open(1, box.channel("new"), sys._getframe())
    box.say(b"o", b"late")
    assert (tmp_path / "0.box").stat().st_size == size


# --- labels, and the end of all together ---


@per_method
def test_the_workers_of_a_pool_have_names_of_their_own(method: str) -> None:
    with observe(method) as mp:
        run(mp, workers.nothing).join()
        with mp.Pool(2) as pool, concurrent.futures.ProcessPoolExecutor(1, mp) as executor:
            assert pool.map(workers.square, [3, 4]) == [9, 16]
            assert executor.submit(workers.square, 5).result() == 25
        run(mp, workers.nothing, name="pool-worker-1").join()
        run(mp, workers.nothing).join()
    started = [event.what for event in mp.events if event.kind == "start"]
    labels = ["child-1", "pool-worker-1", "pool-worker-2", "pool-worker-3", "pool-worker-1-2"]
    assert started == [*labels, "child-3"]


def test_nobody_sees_a_partner_die(monkeypatch: pytest.MonkeyPatch) -> None:
    """All are stopped before the first is killed: what they say is the same on every run."""
    plain = os.kill

    def kill_slowly(pid: int, number: int) -> None:
        plain(pid, number)
        time.sleep(0.05 * (number == signal.SIGKILL))

    with contextlib.suppress(LookupError), observe("spawn", deadline_s=8) as mp:
        ready = mp.Semaphore(0)
        one, other = mp.Pipe()
        run(mp, workers.answer_for_ever, one, ready)
        run(mp, workers.ask_for_ever, other, ready)
        one.close()
        other.close()
        for _ in range(2):
            ready.acquire()
        monkeypatch.setattr(os, "kill", kill_slowly)
        raise LookupError
    assert mp.transcript() == "", mp.transcript()


class Interrupted:
    """Is interrupted in its finalizer, where Python ignores every exception."""

    def __del__(self) -> None:
        raise KeyboardInterrupt


def test_an_interrupt_that_is_lost_in_a_finalizer_is_heard_again() -> None:
    hook = sys.unraisablehook
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        with observe("fork", deadline_s=8):
            Interrupted()
            time.sleep(5)
    assert time.monotonic() - began < 1
    assert sys.unraisablehook is hook


def test_where_interrupts_are_ignored_a_lost_one_is_only_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in `nohup python ... &`, which takes Ctrl-C away from a program."""
    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with observe("fork", deadline_s=8):
            Interrupted()
            time.sleep(0.5)
    finally:
        signal.signal(signal.SIGINT, before)
    assert [type(lost.exc_value) for lost in told] == [KeyboardInterrupt]


@pytest.mark.skipif(os.name != "posix", reason="elsewhere an end is just closed")
def test_an_end_that_is_being_closed_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its number may be that of another file a moment later, which would be lost to the program."""
    replace, opened = os.dup2, []

    def close_and_open(number: int) -> None:
        next(end for end in ends if end.fileno() == number).close()
        opened.append(os.open(tmp_path / "letter", os.O_RDWR | os.O_CREAT))

    def replace_late(*numbers: int) -> int:
        thread = threading.Thread(target=close_and_open, args=numbers[1:2])
        threads.append(thread)
        thread.start()
        thread.join(0.3)
        monkeypatch.setattr(os, "dup2", replace)
        return replace(*numbers)

    threads: list[threading.Thread] = []
    with observe("spawn") as mp:
        ends = mp.Pipe()
        monkeypatch.setattr(os, "dup2", replace_late)
        mp._supervisor._cleanup.wake()
        threads[0].join()
    assert os.path.samestat(os.fstat(opened[0]), os.stat(tmp_path / "letter"))
    os.close(opened[0])


def test_a_wake_that_comes_when_the_block_is_over_does_nothing() -> None:
    """A watchdog may be as late as that; it ended with a traceback."""
    with observe("spawn") as mp:
        ends, cleanup = mp.Pipe(), mp._supervisor._cleanup
    assert all(end.closed for end in ends)
    cleanup.wake()
