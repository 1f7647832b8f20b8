"""Nothing that is not the block's is touched: no process, name, lock, thread, file or descriptor.

Each test is a program that was harmed once, in its smallest form.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import shared_memory
from pathlib import Path
from typing import Any

import not_ours_workers as workers
import pytest
from observing import as_in_a_notebook, at_most, leaving_nothing, per_method  # noqa: F401

from mpscope import observe
from mpscope._recording import recorder
from mpscope._recording.identity import Identity, identity, namespace, stat_of
from mpscope._recording.records import TEXT
from mpscope._supervision.killing import kill, send
from mpscope._supervision.sweep import sweep
from mpscope.errors import DeadlineExceeded, IpcError, NobodyLeft, WrongUse

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process of somebody else's, in a group of its own."""
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command, start_new_session=True) as program:
        yield program
        program.kill()


def log_of(pid: int, *who: str) -> bytes:
    """The first lines of a log that says that this process has written it."""
    texts = [b"m", f"child-7\n{pid}\n1\nchild".encode()], [b"i", "\n".join(who).encode()]
    return b"".join(TEXT.pack(1, tag, 1, len(data)) + data for tag, data in texts)


# --- signals ---


@linux
@pytest.mark.parametrize("born", ["1", ""], ids=["of another birth", "of unknown birth"])
def test_a_stranger_that_has_a_childs_number_is_left_alone(
    born: str, stranger: subprocess.Popen[bytes]
) -> None:
    """A child was joined, and its number used again: neither its end nor a stack is asked for."""
    who = (born, namespace()) if born else ()
    with contextlib.suppress(DeadlineExceeded), observe("fork", deadline_s=0.5) as mp:
        folder = Path(mp._folder)
        (folder / "7.txt").write_bytes(log_of(stranger.pid, *who))
        (folder / "7.stack").touch()
        time.sleep(60)
    assert stranger.poll() is None


@linux
@pytest.mark.parametrize("whose", ["everybody", "init", "group of all", "ours", "our group's"])
def test_no_log_can_direct_a_signal_at_everybody(
    whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = {"everybody": -1, "init": 1, "group of all": 0, "ours": os.getpid()}
    pid = numbers.get(whose, os.getpgrp())
    sent: list[Any] = []
    for module, name in ((os, "kill"), (os, "killpg"), (signal, "pidfd_send_signal")):
        real = getattr(module, name)

        def spy(target: int, number: int, *rest: Any, real: Any = real) -> Any:
            return real(target, number, *rest) if number == 0 else sent.append(target)

        monkeypatch.setattr(module, name, spy)
    about = stat_of(abs(pid))
    born = about.born if about else ""
    kill([Identity(pid, born, namespace())], [pid], os.getsid(0))
    send(Identity(pid, born, namespace()), signal.SIGKILL)
    assert sent == []


def test_a_log_that_was_begun_and_not_written_names_nobody() -> None:
    """A child killed between creating its file and its first line left process 0: our own group."""
    with observe("fork") as mp:
        for name, data in (("7", b""), ("8", log_of(0)), ("9", b"\xff" * 50)):
            Path(mp._folder, f"{name}.txt").write_bytes(data)
        child = mp.Process(target=workers.square, args=(2,))
        child.start()
        child.join()
    assert child.exitcode == 0


@linux
def test_a_log_that_names_nobody_is_nobody_who_may_act() -> None:
    """Process 0 took every signal 0, and so was alive for ever, and busy."""
    with pytest.raises(NobodyLeft) as caught, at_most(4), observe("fork", deadline_s=20) as mp:
        Path(mp._folder, "7.txt").write_bytes(b"")
        mp.Queue().get()
    assert "7" not in [process.label for process in mp.trace.processes]
    assert "busy" not in str(caught.value)


@linux
def test_a_process_of_another_namespace_is_left_alone(stranger: subprocess.Popen[bytes]) -> None:
    about = stat_of(stranger.pid)
    assert about is not None
    kill([Identity(stranger.pid, about.born, "another")], (), os.getsid(0))
    assert stranger.poll() is None
    kill([Identity(stranger.pid, about.born, namespace())], (), os.getsid(0))
    assert stranger.wait(5) == -signal.SIGKILL


@linux
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a pid namespace")
def test_two_containers_share_their_temporary_files(tmp_path: Path) -> None:
    """Both blocks run in a process 1; the first one's end, and a sweep, leave the other's names."""
    program = f"""
import os, sys, types
sys.path[:0] = {sys.path!r}
sys.modules["__main__"] = types.ModuleType("__main__")
from mpscope import observe
import not_ours_workers as workers
with observe("spawn", deadline_s=20) as mp:
    lock, event = mp.Lock(), mp.Event()
    print(os.getpid(), flush=True)
    sys.stdin.readline()
    child = mp.Process(target=workers.waits_for, args=(event,))
    child.start()
    event.set()
    child.join()
print(child.exitcode)
"""
    command = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", program]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    first, second = (
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in range(2)
    )
    assert first.stdout and second.stdout
    if first.stdout.readline() != "1\n":
        pytest.skip(f"no pid namespace here: {first.communicate()[1]}")
    assert second.stdout.readline() == "1\n"
    assert first.communicate("go\n", timeout=20) == ("0\n", "")
    subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; import mpscope._block"],
        env=environment,
        check=True,
    )
    assert second.communicate("go\n", timeout=20) == ("0\n", "")


def test_a_sweep_leaves_the_block_that_lives_without_its_lock() -> None:
    """A program that has closed all descriptors that it did not know has lost its lock, too."""
    with observe("spawn") as mp:
        event = mp.Event()
        recorder.current._text.close()  # type: ignore[union-attr]
        sweep()
        child = mp.Process(target=workers.waits_for, args=(event,))
        child.start()
        event.set()
        child.join()
    assert child.exitcode == 0


# --- what was not made through `mp` ---


def test_a_plain_pool_made_inside_a_block_survives_it() -> None:
    """As a library makes one when it is first used, and keeps it."""
    with leaving_nothing("spawn"):
        with observe("spawn") as mp:
            with mp.Pool(1) as ours:
                assert ours.map(workers.square, [3]) == [9]
            plain = multiprocessing.get_context("spawn").Pool(1)
            assert plain.map(workers.square, [2]) == [4]
        assert plain.map(workers.square, [5]) == [25]
        plain.close()
        plain.join()
        del plain, ours, mp


def test_a_plain_executor_made_inside_a_block_survives_it() -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as executor:
        with observe("spawn"):
            assert executor.submit(workers.square, 2).result() == 4
        assert executor.submit(workers.square, 3).result() == 9


def test_plain_locks_queues_and_values_made_inside_a_block_survive_it() -> None:
    spawn = multiprocessing.get_context("spawn")
    with observe("spawn") as mp:
        ours = mp.Lock(), mp.Value("i", 1)
        lock, numbers, value, event = spawn.Lock(), spawn.Queue(), spawn.Value("i"), spawn.Event()
        numbers.put(1)
    child = spawn.Process(target=workers.waits_for, args=(event,))
    child.start()  # gets the event by its name
    event.set()
    child.join()
    assert (child.exitcode, numbers.get(), value.value, lock.acquire()) == (0, 1, 0, True)
    assert ours[1].value == 1
    child.close()
    numbers.close()
    del numbers
    gc.collect()


def test_a_plain_manager_made_inside_a_block_survives_it() -> None:
    with multiprocessing.get_context("spawn").Manager() as plain:
        with observe("spawn") as mp, mp.Manager() as ours:
            ours.list([1]).append(2)
            items = plain.list([1])
            items.append(2)
        items.append(3)
        assert items[:] == [1, 2, 3]


PROGRAM_THAT_KEEPS_A_POOL = f"""
import sys
sys.path[:0] = {sys.path!r}
import multiprocessing
import not_ours_workers as workers
from mpscope import observe
if __name__ == "__main__":
    with observe("spawn") as mp:
        pool = multiprocessing.get_context("spawn").Pool(1)
        {{library}}
        assert pool.map(workers.square, [2]) == [4]
    assert pool.map(workers.square, [3]) == [9]
    {{library_again}}
    print("ends")
"""


def test_a_program_that_keeps_a_plain_pool_exits(tmp_path: Path) -> None:
    program = PROGRAM_THAT_KEEPS_A_POOL.format(library="", library_again="")
    (tmp_path / "program.py").write_text(program)
    ran = subprocess.run(
        [sys.executable, str(tmp_path / "program.py")],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "ends\n"), ran.stderr


LIBRARIES = {
    "joblib": (
        "from joblib import Parallel, delayed; "
        "assert Parallel(2)(delayed(workers.square)(n) for n in (1, 2)) == [1, 4]"
    ),
    "loky": (
        "from loky import get_reusable_executor; "
        "assert list(get_reusable_executor(2).map(workers.square, (1, 2))) == [1, 4]"
    ),
}


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_that_keeps_processes_of_its_own_serves_on(library: str, tmp_path: Path) -> None:
    """What it has made inside a block works after it, and the program exits."""
    use = LIBRARIES[library]
    program = PROGRAM_THAT_KEEPS_A_POOL.format(library=use, library_again=use)
    (tmp_path / "program.py").write_text(program)
    ran = subprocess.run(
        [sys.executable, str(tmp_path / "program.py")],
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "ends\n"), ran.stderr


MADE_BY_A_STRANGER = """
import sys
from multiprocessing import resource_tracker, shared_memory
segment = shared_memory.SharedMemory(create=True, size=100)
resource_tracker.unregister(segment._name, "shared_memory")
print(segment.name)
"""


@per_method
def test_a_segment_of_a_stranger_that_a_child_opens_stays(method: str) -> None:
    """It is made while the block is open, and not by it."""
    with observe(method) as mp:
        stranger = [sys.executable, "-c", MADE_BY_A_STRANGER]
        name = subprocess.run(stranger, capture_output=True, text=True, check=True).stdout.strip()
        child = mp.Process(target=workers.opens, args=(name,))
        child.start()
        child.join()
    assert child.exitcode == 0
    segment = shared_memory.SharedMemory(name)
    segment.close()
    segment.unlink()


# --- copies ---


@per_method
def test_a_copy_made_by_os_fork_only_leaves(method: str) -> None:
    with leaving_nothing(method):
        with observe(method) as mp:
            event = mp.Event()
            child = mp.Process(target=workers.waits_for, args=(event,))
            child.start()
            copy = os.fork()
            if copy == 0:
                with contextlib.suppress(BaseException):
                    mp.__exit__(None, None, None)
                os._exit(0)
            os.waitpid(copy, 0)
            assert Path(mp._folder).is_dir()
            event.set()
            child.join()
        assert child.exitcode == 0
        del mp, event, child


# --- locks ---


@per_method
def test_a_wait_that_is_stopped_gives_its_lock_back_once(method: str) -> None:
    """`get` waits with the queue's lock held: nobody may give it back in its place."""
    seen: list[BaseException] = []
    with pytest.raises(DeadlineExceeded) as caught, observe(method, deadline_s=1) as mp:
        numbers = mp.Queue()
        mp.Process(target=workers.sleep).start()
        try:
            numbers.get()
        except BaseException as error:
            seen.append(error)
            raise
    assert [type(error).__name__ for error in seen] == ["TimeIsUp"]
    assert caught.value.__cause__ is None


# --- the block's own frames ---


def hold(method: str = "fork", deadline_s: float = 0.8) -> Iterator[Any]:
    with observe(method, deadline_s=deadline_s) as mp:
        yield mp


def until_it_has_ended() -> None:
    until = time.monotonic() + 5
    while recorder.current is not None:
        assert time.monotonic() < until


def test_a_generator_that_waits_is_not_where_time_is_up() -> None:
    with leaving_nothing("fork"):
        generator = hold()
        mp = next(generator)
        numbers = mp.Queue()
        mp.Process(target=workers.sleep).start()
        until_it_has_ended()  # other code: nothing may be raised in it
        for use in (numbers.get, mp.Queue, mp.Process(target=str).start):
            with pytest.raises(WrongUse, match="had been stopped, with DeadlineExceeded"):
                use()
        with pytest.raises(DeadlineExceeded, match="child-1 "):
            next(generator)
        del mp, numbers, use, generator


def test_a_wait_for_the_block_in_other_code_than_its_own_is_told() -> None:
    generator = hold()
    mp = next(generator)
    numbers = mp.Queue()
    mp.Process(target=workers.sleep).start()
    with pytest.raises(DeadlineExceeded, match=r"parent waits in numbers.get\(\)"):
        numbers.get()
    with pytest.raises(DeadlineExceeded):
        next(generator)


def test_a_stack_that_one_cell_opens_and_another_closes() -> None:
    stack = contextlib.ExitStack()

    def first_cell() -> Any:
        return stack.enter_context(observe("fork", deadline_s=0.4))

    mp = first_cell()
    mp.Process(target=workers.sleep).start()
    until_it_has_ended()
    with pytest.raises(DeadlineExceeded):
        stack.close()
    with observe("fork") as mp:
        assert mp.Queue() is not None


def test_a_block_in_a_context_manager_ends_the_code_in_its_with() -> None:
    with at_most(2), pytest.raises(DeadlineExceeded):
        with contextlib.contextmanager(hold)():
            while True:
                pass


def test_a_block_in_a_stack_ends_the_code_in_its_with() -> None:
    with at_most(2), pytest.raises(DeadlineExceeded), contextlib.ExitStack() as stack:
        stack.enter_context(observe("fork", deadline_s=0.4))
        while True:
            pass


def test_a_coroutine_that_waits_is_cancelled_and_its_loop_lives() -> None:
    import asyncio

    async def block() -> None:
        with observe("fork", deadline_s=0.4):
            await asyncio.sleep(60)

    async def both() -> int:
        with pytest.raises(DeadlineExceeded):
            await asyncio.create_task(block())
        await asyncio.sleep(0.01)
        return 5

    with at_most(3):
        assert asyncio.run(both()) == 5


# --- files and descriptors ---


@per_method
def test_a_child_may_close_descriptors_that_it_does_not_know(method: str, tmp_path: Path) -> None:
    with observe(method) as mp:
        child = mp.Process(target=workers.closes_what_it_does_not_know, args=(str(tmp_path),))
        child.start()
        child.join()
    assert child.exitcode == 0, str(mp.transcript())[-2000:]
    assert "line 1999" in mp.transcript()


PROGRAM_THAT_CLOSES = f"""
import os, sys, types
sys.path[:0] = {sys.path!r}
sys.modules["__main__"] = types.ModuleType("__main__")
from mpscope import observe
import not_ours_workers as workers
with observe("fork") as mp:
    lock = mp.Lock()
    os.closerange(3, 256)
    files = [open(os.path.join(sys.argv[1], str(number)), "w") for number in range(20)]
    for _ in range(3000):
        with lock:
            pass
for file in files:
    file.write("mine")
    file.close()
with observe("fork") as mp:
    child = mp.Process(target=workers.square, args=(2,))
    child.start()
    child.join()
print(child.exitcode)
"""


def test_the_parent_may_close_descriptors_that_it_does_not_know(tmp_path: Path) -> None:
    """Nothing is written into the files that get their numbers, and the next block is as ever."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM_THAT_CLOSES, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "0\n"), ran.stderr
    assert {file.read_text() for file in tmp_path.iterdir()} == {"mine"}


@per_method
@pytest.mark.parametrize("limit", [0, 1000, 70_000])
def test_a_limit_for_files_does_not_reach_the_program(method: str, limit: int) -> None:
    with observe(method) as mp:
        child = mp.Process(target=workers.may_write_little, args=(limit,))
        child.start()
        child.join()
    assert child.exitcode == 0, mp.transcript()
    assert "so far so good" in mp.transcript()


def test_a_step_of_the_clean_up_that_fails_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from mpscope._supervision import cleanup

    def fail(*args: Any) -> Any:
        raise OSError("no")

    handler = signal.getsignal(signal.SIGINT)
    for name in ("_silence_threads", "_hang_up", "_steps", "_note_end", "_unlink_names"):
        with monkeypatch.context() as patch, observe("fork") as mp:
            patch.setattr(cleanup.Cleanup, name, fail)
            child = mp.Process(target=workers.sleep, daemon=True)
            child.start()
            pid = child.pid
        assert recorder.current is None
        assert signal.getsignal(signal.SIGINT) is handler
        about = stat_of(pid)
        assert about is None or about.state == "Z"
        child.join()


def test_a_block_begins_after_one_that_could_not_close_its_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with contextlib.suppress(OSError), observe("fork"):
        os.close(recorder.current._text._fd)  # type: ignore[union-attr]
        os.close(recorder.current._file._fd)  # type: ignore[union-attr]
    with observe("fork") as mp:
        assert mp.trace.logs


FEW_DESCRIPTORS = f"""
import math, resource, sys, types
sys.path[:0] = {sys.path!r}
sys.modules["__main__"] = types.ModuleType("__main__")
from mpscope import observe
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
with observe("fork", deadline_s=60) as mp:
    for _ in range(150):
        child = mp.Process(target=math.sqrt, args=(4,))
        child.start()
        child.join()
    with mp.Pool(2, maxtasksperchild=1) as pool:
        print(sum(pool.map(math.sqrt, [4] * 60, 1)))
        pool.close()
        pool.join()  # else the end of the `with` kills a worker that is about to end by itself
codes = [event.number for event in mp.events if event.kind == "exit"]
print(codes.count(0), {{log.label for log in mp.trace.logs}} >= {{"child-150"}})
"""


def test_children_one_after_the_other_need_few_descriptors() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FEW_DESCRIPTORS],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    first, second = ran.stdout.splitlines()
    assert first == "120.0"
    assert int(second.split()[0]) >= 210 and second.endswith("True")


# --- stacks ---


@per_method
def test_a_child_that_has_become_another_program_is_not_asked_for_its_stack(method: str) -> None:
    with pytest.raises(DeadlineExceeded) as caught, observe(method, deadline_s=2) as mp:
        child = mp.Process(target=workers.becomes_another_program)
        child.start()
        child.join()
    assert "killed" not in str(caught.value)
    assert "so far so good" in mp.transcript()


def test_a_childs_own_handlers_are_not_called(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    with pytest.raises(DeadlineExceeded, match="in has_its_own_handlers"):
        with observe("fork", deadline_s=1) as mp:
            child = mp.Process(target=workers.has_its_own_handlers, args=(str(heard),))
            child.start()
            child.join()
    assert not heard.exists()


@pytest.mark.skipif(sys.version_info < (3, 13), reason="`track` is new in 3.13")
def test_a_segment_that_no_tracker_tracks_is_swept() -> None:
    with leaving_nothing("spawn"), observe("spawn"):
        segment = shared_memory.SharedMemory(create=True, size=10, track=False)
        segment.close()


def test_who_we_are_is_the_same_from_inside_and_outside() -> None:
    me = identity()
    about = stat_of(me.pid)
    assert me.pid == os.getpid()
    assert about is None or about.born == me.born
    assert threading.active_count() and issubclass(DeadlineExceeded, IpcError)


SANDBOX = f"""
import sys, time, types
sys.path[:0] = {sys.path!r}
sys.modules["__main__"] = types.ModuleType("__main__")
import not_ours_workers as workers
from mpscope import end_with_parent, observe
end_with_parent(sys.argv[1])
with observe("fork", deadline_s=50) as mp:
    child = mp.Process(target=workers.sleep)
    child.start()
    print(child.pid, flush=True)
    child.join()
"""
KERNEL = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]])"


def test_a_process_ends_with_its_parent_and_takes_its_folder(tmp_path: Path) -> None:
    """As the sandbox of a check does when the kernel is killed."""
    folder = tmp_path / "check"
    folder.mkdir()
    (folder / "report").touch()
    command = [sys.executable, "-c", KERNEL, SANDBOX, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as kernel:
        assert kernel.stdout is not None
        child = int(kernel.stdout.readline())
        kernel.kill()
    until = time.monotonic() + 5
    while folder.exists() or ((about := stat_of(child)) and about.state != "Z"):
        assert time.monotonic() < until, f"left: {list(tmp_path.rglob('*'))}, {stat_of(child)}"
        time.sleep(0.02)
