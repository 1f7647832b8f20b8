"""A block ends in time, whatever the program does to signals, threads, clocks, paths and output."""

from __future__ import annotations

import _thread
import contextlib
import math
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import machine
import not_ours_workers as workers
import pytest
from observing import as_in_a_notebook, at_most, leaving_nothing, per_method  # noqa: F401

import mpscope
from mpscope import observe
from mpscope._recording import store
from mpscope._supervision import handlers, report
from mpscope._supervision.alarm import Itimer, PosixTimer, alarm
from mpscope._supervision.quiescence import Quiescence
from mpscope._supervision.supervisor import Supervisor
from mpscope.errors import DeadlineExceeded, NobodyLeft, WrongUse

DEADLINE_S = 1.0


def run(mp: Any, target: Any, *args: Any) -> Any:
    child = mp.Process(target=target, args=args)
    child.start()
    return child


def wait_with_a_child(mp: Any) -> None:
    mp.Process(target=workers.sleep).start()
    mp.Queue().get()


# --- signals ---


@contextlib.contextmanager
def signals_as_before() -> Any:
    handler = signal.getsignal(signal.SIGALRM)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    try:
        yield
    finally:
        signal.alarm(0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


USES: dict[str, Callable[[], Any]] = {
    "alarm": lambda: signal.alarm(50),
    "setitimer off": lambda: signal.setitimer(signal.ITIMER_REAL, 0),
    "SIGALRM ignored": lambda: signal.signal(signal.SIGALRM, signal.SIG_IGN),
    "SIGALRM blocked": lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM]),
    "all blocked": lambda: signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()),
}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="one timer per process elsewhere")
@pytest.mark.parametrize("use", USES)
def test_a_program_that_uses_alarms_and_masks_is_watched(use: str) -> None:
    with signals_as_before(), leaving_nothing("spawn"):
        with at_most(DEADLINE_S + 3), pytest.raises(DeadlineExceeded) as caught:
            with observe("spawn", deadline_s=DEADLINE_S) as mp:
                USES[use]()
                wait_with_a_child(mp)
        assert "SIGKILL" not in str(caught.value)  # it was we who ended the child
        assert "abruptly" not in str(caught.value)
        del mp, caught


@pytest.mark.skipif(os.name != "posix", reason="blocks signals")
def test_a_block_whose_children_had_to_end_themselves_does_not_end_well() -> None:
    """The parent was deaf when time was up; then its `join` returned, as if all were well."""
    with signals_as_before(), pytest.raises(DeadlineExceeded, match="was ended by the block"):
        with observe("fork", deadline_s=0.5) as mp:
            USES["all blocked"]()
            run(mp, workers.sleep).join()


def test_no_alarm_comes_in_the_midst_of_the_last_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are the main thread's: it waited for itself, for ever."""
    look, may_break = report.look, Supervisor.may_break

    def look_while_it_rings(*args: Any) -> Any:
        monkeypatch.setattr(Supervisor, "may_break", may_break)
        mp._supervisor._on_alarm(0, sys._getframe())
        return look(*args)

    monkeypatch.setattr(report, "look", look_while_it_rings)
    monkeypatch.setattr(Supervisor, "may_break", lambda *_: False)  # too late, all the time
    with at_most(3), pytest.raises(DeadlineExceeded, match="was ended by the block"):
        with observe("fork", deadline_s=0.3) as mp:
            run(mp, workers.sleep).join()


def test_a_programs_own_alarm_rings_in_a_block() -> None:
    rung: list[int] = []
    with signals_as_before():
        signal.signal(signal.SIGALRM, lambda number, frame: rung.append(number))
        with observe("fork"):
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            time.sleep(0.3)
    assert rung == [signal.SIGALRM]


@contextlib.contextmanager
def signal_during_a_look(monkeypatch: pytest.MonkeyPatch, handler: Any) -> Any:
    """Let SIGUSR1 come once, just while the supervisor looks at a block that waits."""
    to_come, plain = [signal.SIGUSR1], Quiescence.lasts

    def lasts(self: Quiescence, started: Any) -> bool:
        if to_come:
            signal.raise_signal(to_come.pop())
        return plain(self, started)

    monkeypatch.setattr(Quiescence, "lasts", lasts)
    before = signal.signal(signal.SIGUSR1, handler)
    try:
        yield
        assert signal.getsignal(signal.SIGUSR1) is handler and not to_come
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_what_a_handler_raises_while_we_look_reaches_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def give_up(*_: Any) -> None:
        raise TimeoutError("the program's own")

    with signal_during_a_look(monkeypatch, give_up), observe("fork", deadline_s=5) as mp:
        with pytest.raises(TimeoutError, match="own"):
            mp.SimpleQueue().get()


def test_a_handler_that_waits_for_ever_is_ended_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Event.set()` waits for whoever it wakes: in a handler, that is the thread that it is in."""
    event: list[Any] = []
    with signal_during_a_look(monkeypatch, lambda *_: event[0].set()):
        with at_most(DEADLINE_S + 1), pytest.raises(DeadlineExceeded):
            with observe("fork", deadline_s=DEADLINE_S) as mp:
                event.append(mp.Event())
                event[0].wait()


@pytest.mark.skipif(os.name != "posix", reason="the main thread's timer")
def test_what_a_handler_raises_before_it_is_held_back_does_not_end_the_watch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It came between the alarm and the first line of our look."""
    raises, plain = [TimeoutError("the program's own")], handlers.is_the_programs

    def once(handler: Any) -> bool:
        if raises:
            raise raises.pop()
        return plain(handler)

    with at_most(DEADLINE_S + 1), pytest.raises(DeadlineExceeded):
        with observe("fork", deadline_s=DEADLINE_S):
            monkeypatch.setattr(handlers, "is_the_programs", once)
            with pytest.raises(TimeoutError, match="own"):
                time.sleep(60)
            time.sleep(60)


@pytest.mark.parametrize("kind", [alarm, Itimer, PosixTimer])
def test_an_alarm_rings_again_and_again_until_it_is_stopped(kind: Any) -> None:
    if kind is PosixTimer and not hasattr(signal, "SIGRTMAX"):
        pytest.skip("no real-time signals here")
    rung: list[int] = []
    clock = kind(lambda number, frame: rung.append(number))
    handler = signal.getsignal(clock.number)
    clock.ring_in(0.01, 0.01)
    until = time.monotonic() + 5
    while len(rung) < 3 and time.monotonic() < until:
        time.sleep(0.01)
    clock.stop()
    count = len(rung)
    time.sleep(0.05)
    assert 3 <= count == len(rung)
    assert signal.getsignal(clock.number) != handler


def test_without_a_timer_of_its_own_a_block_uses_the_processs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(signal, "SIGRTMAX", raising=False)
    with at_most(DEADLINE_S + 1), pytest.raises(DeadlineExceeded):
        with observe("fork", deadline_s=DEADLINE_S) as mp:
            wait_with_a_child(mp)


# --- the end of the program ---

NEVER_LEFT = f"""
import sys, time
sys.path[:0] = {sys.path!r}
from mpscope import observe
mp = observe({{method!r}}).__enter__()
if {{waits}}:
    mp.Process(target=time.sleep, args=(0.4,)).start()
mp.kept = mp.Queue(), mp.Lock()
mp.kept[0].put(1)
print("ends")
"""


@pytest.mark.skipif(os.name != "posix", reason="forks")
@pytest.mark.parametrize("waits", [True, False])
def test_a_block_that_the_program_never_leaves_ends_with_it(waits: bool, tmp_path: Path) -> None:
    program = NEVER_LEFT.format(method="fork", waits=waits)
    (tmp_path / "program.py").write_text(program)
    ran = subprocess.run(
        [sys.executable, str(tmp_path / "program.py")],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert (ran.returncode, ran.stdout) == (0, "ends\n"), ran.stderr
    assert "1 message that parent put into kept was never read" in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["program.py"]


# --- waiting for children ---


@per_method
def test_a_program_that_ignores_its_childrens_ends_is_not_late(method: str) -> None:
    """Nobody will ever know their exit codes: that is not waited for."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        with at_most(4), observe(method) as mp:
            for _ in range(3):
                mp.Process(target=workers.square, args=(2,)).start()
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_a_program_that_waits_for_any_child_itself() -> None:
    with at_most(4), observe("fork") as mp:
        gate = mp.Event()  # Python itself waits for those that have ended when it starts another
        children = [mp.Process(target=workers.waits_for, args=(gate,)) for _ in range(3)]
        for child in children:
            child.start()
        gate.set()
        for _ in children:
            os.wait()
    assert [event.number for event in mp.events if event.kind == "exit"] == []


# --- no descriptors ---


def test_a_program_that_has_used_up_all_descriptors_is_judged_as_any() -> None:
    """Ours was the OSError that its `get` raised, and the folder stayed."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    kept: list[Any] = []
    with leaving_nothing("fork"):
        try:
            with at_most(DEADLINE_S + 1), pytest.raises(DeadlineExceeded) as caught:
                with observe("fork", deadline_s=DEADLINE_S) as mp:
                    run(mp, workers.sleep)
                    numbers = mp.Queue()
                    few = max(map(int, os.listdir("/proc/self/fd"))) + 20
                    resource.setrlimit(resource.RLIMIT_NOFILE, (few, before[1]))
                    with contextlib.suppress(OSError):
                        while True:
                            kept.append(open(os.devnull))  # noqa: SIM115
                    numbers.get()
            assert "parent waits in numbers.get()" in str(caught.value)
            assert "child-1 runs" in str(caught.value)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
            for file in kept:
                file.close()
        del mp, numbers, caught


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks need descriptors there")
def test_where_nobody_can_look_at_all_the_block_ends_and_says_so() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with leaving_nothing("fork"):
        with at_most(DEADLINE_S + 1), pytest.raises(DeadlineExceeded, match="Too many open files"):
            with observe("fork", deadline_s=DEADLINE_S) as mp:
                run(mp, workers.sleep)
                numbers = mp.Queue()
                try:
                    resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))
                    numbers.get()
                finally:
                    resource.setrlimit(resource.RLIMIT_NOFILE, before)
        del mp, numbers


# --- no threads ---


@per_method
def test_a_process_that_may_have_no_more_threads(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("can't start new thread")

    with leaving_nothing(method):
        with monkeypatch.context() as patch:
            for module in (_thread, threading):
                for name in ("start_new_thread", "_start_new_thread", "start_joinable_thread"):
                    for found in (name, f"_{name}"):
                        if hasattr(module, found):
                            patch.setattr(module, found, refuse)
            with at_most(DEADLINE_S + 1.5), pytest.raises(DeadlineExceeded):
                with observe(method, deadline_s=DEADLINE_S) as mp:
                    mp.kept = mp.Lock(), mp.Pipe(), mp.SimpleQueue()
                    mp.Process(target=workers.sleep).start()
                    mp.kept[1][0].recv()
            del mp


# --- output ---


@per_method
def test_a_flood_of_short_lines_is_cut_in_time(method: str) -> None:
    with at_most(4 + 4), contextlib.suppress(DeadlineExceeded):
        with observe(method, deadline_s=4) as mp:
            child = mp.Process(target=workers.floods, args=(10**7,))
            child.start()
            child.join()
    with at_most(3):
        told = mp.transcript()
    assert told.startswith("child-1 | so far so good")


def let_a_child_get_more_than_is_kept(mp: Any, numbers: Any) -> None:
    for _ in range(2):
        run(mp, workers.puts, numbers, 800)
    run(mp, workers.gets, numbers, 1600).join()


def test_what_a_full_log_does_not_tell_is_not_denied(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It said that 577 messages were never read, of which each had been."""
    monkeypatch.setattr(store, "MAX_EVENTS", 1024)
    with observe("fork") as mp:
        let_a_child_get_more_than_is_kept(mp, mp.Queue())
    assert capsys.readouterr().err == ""
    assert mp.trace.incomplete == ("child-3",)
    told = mp.describe().splitlines()
    assert told[1].startswith("There was no room to record all that child-3 did: ")
    assert told[2].endswith("; child-3 gets 1023 messages.")


def test_nothing_is_concluded_from_a_full_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_EVENTS", 1024)
    with pytest.raises(NobodyLeft) as caught, observe("fork") as mp:
        numbers = mp.Queue()
        let_a_child_get_more_than_is_kept(mp, numbers)
        numbers.get()
    assert str(caught.value).endswith("released or closed by somebody.")  # and no pattern


# --- clocks, paths, archives ---


FROZEN = "monotonic", "monotonic_ns", "time", "time_ns", "perf_counter"


@contextlib.contextmanager
def frozen_clocks(monkeypatch: pytest.MonkeyPatch) -> Any:
    """As freezegun does it: in every module that has the function under whatever name."""
    real = {id(getattr(time, name)): name for name in FROZEN}
    with monkeypatch.context() as patch:
        for module in list(sys.modules.values()):
            if getattr(module, "__name__", "").partition(".")[0] in ("mpscope", "time"):
                for attribute, value in list(vars(module).items()):
                    if id(value) in real:
                        number = 0 if real[id(value)].endswith("_ns") else 0.0
                        patch.setattr(module, attribute, lambda number=number: number)
        yield


@per_method
def test_clocks_that_the_program_has_frozen(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with leaving_nothing(method), at_most(DEADLINE_S + 1):
        with pytest.raises(DeadlineExceeded), frozen_clocks(monkeypatch):
            with observe(method, deadline_s=DEADLINE_S) as mp:
                mp.kept = mp.Queue()
                mp.Process(target=workers.sleep).start()
                mp.kept.get()
        times = [event.time_ns for event in mp.events]
        assert 0 < times[0] < times[-1] and times == sorted(times)
        del mp


def test_a_deadline_of_a_googol_of_seconds() -> None:
    for deadline_s in (1e300, sys.float_info.max, 10**400, Fraction(20)):
        with observe("spawn", deadline_s=deadline_s) as mp:
            child = mp.Process(target=workers.square, args=(2,))
            child.start()
            child.join()
        assert child.exitcode == 0


@pytest.mark.parametrize("deadline_s", [math.nan, math.inf, -1, 0, "3", None, True, [1]])
def test_a_deadline_that_is_none_is_refused(deadline_s: Any) -> None:
    with pytest.raises(WrongUse, match="deadline_s must be a "):
        observe("spawn", deadline_s=deadline_s)


@per_method
def test_a_newline_in_a_path(method: str, tmp_path: Path) -> None:
    folder = tmp_path / "two\nlines"
    folder.mkdir()
    (folder / "strange_worker.py").write_text("def work(lock):\n    with lock:\n        print(1)\n")
    sys.path.insert(0, str(folder))
    try:
        import strange_worker  # type: ignore[import-not-found]

        with observe(method) as mp:
            lock = mp.Lock()
            child = mp.Process(target=strange_worker.work, args=(lock,))
            child.start()
            child.join()
        where = [event.where for event in mp.events if event.kind == "acquire"]
        assert where == ["strange_worker.py, line 2 in work"]
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop("strange_worker", None)


def test_damaged_logs_are_read_as_far_as_they_go() -> None:
    with observe("fork") as mp:
        for number, data in enumerate((b"\xff" * 100, b"x", b"m" * 40, os.urandom(3000)), 50):
            Path(mp._folder, f"{number}.txt").write_bytes(data)
            Path(mp._folder, f"{number}.box").write_bytes(data)
        Path(mp._folder, "strange.txt").write_bytes(b"x")
        child = mp.Process(target=workers.square, args=(2,))
        child.start()
        child.join()
    assert "child-1" in {event.process for event in mp.events}
    assert mp.describe()


LONG_PATH = f"""
import sys, types
sys.path[:0] = {sys.path!r}
sys.modules["__main__"] = types.ModuleType("__main__")
from mpscope import observe
for method in ("fork", "spawn"):
    with observe(method) as mp, mp.Manager() as manager:
        print(manager.list([1])[:])
"""


def test_a_temporary_folder_with_a_long_name(tmp_path: Path) -> None:
    """A socket's path may have about 100 bytes."""
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", LONG_PATH],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    assert (ran.returncode, ran.stdout) == (0, "[1]\n[1]\n"), ran.stderr
    assert list(folder.iterdir()) == []


FROM_A_ZIP = """
import sys, types
sys.path.insert(0, sys.argv[1])
sys.path.append(sys.argv[2])
sys.modules["__main__"] = types.ModuleType("__main__")
import mpscope
from mpscope import observe
import not_ours_workers as workers
assert ".zip" in mpscope.__file__
for method in ("fork", "spawn"):
    with observe(method) as mp:
        lock = mp.Lock()
        with lock:
            child = mp.Process(target=workers.sleep, daemon=True)
            child.start()
    print(child.exitcode, [event.what for event in mp.events if event.kind == "start"])
"""


def test_imported_from_a_zip(tmp_path: Path) -> None:
    package = Path(mpscope.__file__).parent
    archive = shutil.make_archive(str(tmp_path / "engine"), "zip", package.parent, "mpscope")
    ran = subprocess.run(
        [sys.executable, "-c", FROM_A_ZIP, archive, str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "-9 ['child-1']\n" * 2), ran.stderr


KILLED_MANAGER = f"""
import os, signal, sys, types
sys.path[:0] = {sys.path!r}
sys.modules["__main__"] = types.ModuleType("__main__")
from mpscope import observe
with observe(sys.argv[1]) as mp:
    manager = mp.Manager()
    os.kill(manager._process.pid, signal.SIGKILL)
    manager._process.join()
print("ended")
"""


@per_method
def test_a_killed_manager_leaves_no_file(method: str, tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", KILLED_MANAGER, method],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert (ran.returncode, ran.stdout) == (0, "ended\n"), ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == []


def test_a_busy_machine_gets_more_time_and_a_quiet_one_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queued = 0.0
    monkeypatch.setattr(machine, "queued_s", lambda: queued)
    patience = machine.Patience()
    patience.began -= 10
    assert patience.with_promise(2.0) == 2.0
    queued = 5.0
    assert patience.with_promise(2.0) == pytest.approx(3.0, abs=0.1)
    queued = 1000.0
    assert patience.with_promise(2.0) == 4.0
