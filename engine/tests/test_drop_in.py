"""Drop-in: a program gets the same answers from `observe()` as from the standard context.

    program(mp) ─┬─ mp = multiprocessing.get_context(method) ─▶ answer ─┐
                 └─ with observe(method) as mp               ─▶ answer ─┴─▶ equal

Each program goes through one class of the standard context, all of its public methods, and what
it raises. A program knows nothing of `ipc_helpers`.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import ctypes
import inspect
import multiprocessing
import multiprocessing.managers
import multiprocessing.sharedctypes
import os
import pickle
import re
import signal
import struct
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import connection, shared_memory
from typing import Any

import observed_workers as workers
import pytest
from observed_classes import class_for
from observing import as_in_a_notebook, per_method  # noqa: F401

from mpscope import observe

LIMIT_S = 20


def raised(action: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[str, str]:
    """The type and text of the exception that a call raises."""
    try:
        answer = action(*args, **kwargs)
    except Exception as error:
        return type(error).__qualname__, re.sub(r"^\w+Context\.", "", str(error))  # since 3.15
    return "nothing raised", repr(answer)


@contextlib.contextmanager
def in_time() -> Iterator[None]:
    """A deadline for the standard context, which has none."""

    def stop(signum: int, frame: Any) -> None:
        raise TimeoutError("the program hangs under the standard context")

    old = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_S, 1)  # again, for what waits in a `finally`
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


def run(mp: Any, target: Any, *args: Any, **kwargs: Any) -> int:
    """Run one child to its end."""
    child = mp.Process(target=target, args=args, kwargs=kwargs)
    child.start()
    child.join(LIMIT_S)
    code = child.exitcode
    child.close()
    return code


# --- processes ---


def process_arguments(mp):
    answers = mp.SimpleQueue()
    keyword = mp.Process(
        group=None,
        target=workers.facts,
        name="by-keyword",
        args=(answers, 1, "two"),
        kwargs={"three": 3.0},
        daemon=True,
    )
    positional = mp.Process(None, workers.facts, "by-position", [answers, 4], {"five": None})
    unnamed = mp.Process(target=workers.facts, args=(answers,))
    found = []
    for child in (keyword, positional, unnamed):
        child.start()
        found.append(answers.get())
        child.join()
    found[-1]["name"] = found[-1]["name"].rpartition("-")[0]
    return found, unnamed.name.rpartition("-")[0], unnamed.daemon, keyword.daemon


def process_life(mp):
    ready, go = mp.Event(), mp.Event()
    lock = mp.Lock()
    child = mp.Process(target=workers.hold, args=(lock, ready, go))
    born = [child.pid, child.ident, child.exitcode, child.is_alive()]
    errors = [raised(child.join), raised(lambda: child.sentinel), raised(child.terminate)]
    child.name, child.daemon = "renamed", True
    child.start()
    ready.wait()
    alive = [
        child.is_alive(),
        child.exitcode,
        child.pid == child.ident,
        child.sentinel in connection.wait([child.sentinel], 0),
        child in mp.active_children(),
        child.join(0.01),
        type(child.authkey).__name__,
        len(child.sentinel.__index__().to_bytes(8, "big")),
    ]
    errors += [raised(child.start), raised(child.close), raised(setattr, child, "daemon", False)]
    go.set()
    ended = [connection.wait([child.sentinel], LIMIT_S) == [child.sentinel], child.join()]
    ended += [child.exitcode, child.is_alive(), child in mp.active_children(), child.join(1)]
    child.close()
    errors += [raised(child.join), raised(child.is_alive), raised(lambda: child.exitcode)]
    errors += [raised(child.close), raised(mp.Process, 1), raised(mp.Process, color="red")]
    errors += [raised(mp.Process, target=1, args=3)]
    return born, alive, ended, [(kind, text.replace(repr(child), "it")) for kind, text in errors]


def process_exit_codes(mp):
    codes = [
        run(mp, workers.nothing),
        run(mp, workers.fail),
        run(mp, workers.leave, 3),
        run(mp, workers.leave, None),
        run(mp, workers.leave, "a text"),
        run(mp, workers.leave_at_once, 9),
        run(mp, workers.kill_myself),
        run(mp, workers.segfault_unseen),
    ]
    for end in ("terminate", "kill"):
        ready, go, lock = mp.Event(), mp.Event(), mp.Lock()
        child = mp.Process(target=workers.hold, args=(lock, ready, go))
        child.start()
        ready.wait()
        codes.append(getattr(child, end)())
        child.join()
        codes.append(child.exitcode)
    return codes


def process_subclass(mp):
    answers = mp.SimpleQueue()
    children = [class_for(mp, "Doubling")(answers, n, name=f"n{n}") for n in (5, 13)]
    children.append(class_for(mp, "Slotted")(answers, 7, name="slotted", daemon=True))
    found = []
    for child in children:
        child.start()
        found.append(answers.get())
        child.join()
    return found, [(child.number, child.exitcode) for child in children]


def process_local_subclass(mp):
    """A class inside a function cannot be imported: only fork starts it."""
    answers = mp.SimpleQueue()

    class Local(mp.Process):
        def run(self):
            answers.put("ran")

    child = Local()
    if mp.get_start_method() == "fork":
        child.start()
        child.join()
        return answers.get(), child.exitcode, isinstance(child, multiprocessing.process.BaseProcess)
    return isinstance(child, multiprocessing.process.BaseProcess)


def process_environment(mp):
    me = mp.current_process()
    return (
        me is multiprocessing.current_process(),
        mp.parent_process(),
        mp.cpu_count(),
        mp.active_children(),
        mp.get_start_method(),
        mp.get_start_method(allow_none=True),
        mp.get_context() is mp,
        mp.get_context(mp.get_start_method()).get_start_method(),
        mp.get_all_start_methods() if hasattr(mp, "get_all_start_methods") else None,
        raised(mp.get_context, "magic"),
        mp.get_logger().name,
        mp.freeze_support(),
        mp.allow_connection_pickling(),
        [getattr(mp, name) for name in ("ProcessError", "BufferTooShort", "TimeoutError")],
        mp.AuthenticationError,
        mp.reducer.__name__,
        isinstance(mp.Process, type),
        mp.Process.__name__,
    )


def processes_of_processes(mp):
    """`mp` travels; a child is a parent, too; a daemon may not be."""
    answers = mp.SimpleQueue()
    code = run(mp, workers.with_child, mp, workers.put, answers, "from the grandchild")
    daemon = mp.Process(
        target=workers.with_child, args=(mp, workers.nothing), daemon=True, name="daemon"
    )
    daemon.start()
    daemon.join()
    return code, answers.get(), daemon.exitcode


# --- queues ---


def queue_in_one_process(mp):
    numbers = mp.Queue(2)
    found = [numbers.empty(), numbers.full(), raised(numbers.get_nowait)]
    found += [raised(numbers.get, False), raised(numbers.get, True, 0.01)]
    found += [raised(numbers.get, timeout=0.01), numbers.put("a"), numbers.put("b", True, 1)]
    found += [numbers.full(), raised(numbers.put_nowait, "c"), raised(numbers.put, "c", False)]
    found += [raised(numbers.put, "c", timeout=0.01), raised(numbers.put, obj="c", block=False)]
    found += [numbers.get(), numbers.get(timeout=LIMIT_S), numbers.empty(), numbers.qsize()]
    numbers.close()
    found += [numbers.join_thread(), raised(numbers.put, "d"), raised(pickle.dumps, numbers)]
    found += [kind for kind, _ in (raised(numbers.get, True, 0.01), raised(numbers.empty))]
    dropped = mp.Queue()
    dropped.put("never read")
    found += [dropped.cancel_join_thread(), dropped.close(), numbers._maxsize, numbers.close()]
    found += [raised(mp.Queue().join_thread), raised(mp.Queue, size=3), mp.Queue()._maxsize > 1000]
    return [f if not isinstance(f, tuple) else (f[0], _without_address(f[1])) for f in found]


def _without_address(text):
    return text.split(" at 0x")[0].replace("mpscope._recording.", "").rpartition(".")[2][-40:]


def queue_between_processes(mp):
    source, sink = mp.Queue(3), mp.Queue()
    child = mp.Process(target=workers.echo, args=(source, sink))
    child.start()
    items = [0, -1, "text", b"bytes", None, 2.5, [1, [2]], {"k": (1, 2)}, {1, 2}, "x" * 200_000]
    items = [(item,) for item in items]
    found = []
    for item in items:
        source.put(item)
        found.append(sink.get())
    source.put(None)
    child.join()
    return found == items, child.exitcode, source.qsize(), sink.empty()


def queue_of_many(mp):
    numbers = mp.Queue()
    children = [
        mp.Process(target=workers.put_range, args=(numbers, n * 100, n * 100 + 50))
        for n in range(3)
    ]
    for child in children:
        child.start()
    found = [numbers.get() for _ in range(150)]
    for child in children:
        child.join()
    in_order = [[n for n in found if n // 100 == k] for k in range(3)]
    return in_order, [child.exitcode for child in children], numbers.empty()


def simple_queue(mp):
    a, b = mp.SimpleQueue(), mp.SimpleQueue()
    found = [a.empty(), a.put(1), a.empty(), a.get(), raised(a.put, lambda: 0)[0]]
    child = mp.Process(target=workers.echo, args=(a, b))
    child.start()
    for item in ("one", (2, 3), "y" * 300_000):
        a.put(item)
        found.append(b.get())
    a.put(None)
    child.join()
    found += [b.empty(), raised(pickle.dumps, a), a.close(), b.close()]
    return [*found, raised(a.put, 1), raised(b.get), raised(b.empty), raised(mp.SimpleQueue, 3)[0]]


def joinable_queue(mp):
    tasks = mp.JoinableQueue(4)
    found = [tasks.join(), raised(tasks.task_done), raised(tasks.get, timeout=0.01)]
    child = mp.Process(target=workers.work, args=(tasks,))
    child.start()
    for item in range(10):
        tasks.put(item)
    found += [tasks.join(), tasks.put(None), tasks.join(), child.join(), child.exitcode]
    tasks.put(1)
    found += [tasks.get(), tasks.task_done(), raised(tasks.task_done), tasks.qsize()]
    for item in range(4):
        tasks.put(item)
    found += [tasks.full(), raised(tasks.put_nowait, 5), raised(tasks.put, 5, True, 0.01)]
    found += [tasks.get() for _ in range(4)]
    tasks.close()
    return [*found, tasks.join_thread(), raised(tasks.put, 1)[0]]


# --- pipes ---


def pipe_duplex(mp):
    here, there = mp.Pipe()
    child = mp.Process(target=workers.echo_bytes, args=(there,))
    child.start()
    there.close()
    found = [here.readable, here.writable, here.closed, there.closed, here.poll(), here.poll(0.01)]
    found += [isinstance(here.fileno(), int), here.send({"a": [1, 2]}), here.recv()]
    found += [here.send_bytes(b"0123456789", 2, 5), here.poll(None), here.recv_bytes()]
    found += [here.send_bytes(bytearray(b"abc")), here.recv_bytes(maxlength=3)]
    found += [here.send_bytes(memoryview(b"x" * 300_000)), len(here.recv_bytes())]
    room = bytearray(8)
    found += [here.send_bytes(b"12345"), here.recv_bytes_into(room, 2), bytes(room)]
    here.send_bytes(b"too long for it")
    found += [raised(here.recv_bytes_into, room), raised(here.recv_bytes_into, bytearray(3), 9)]
    found += [raised(here.send_bytes, b"abc", -1), raised(here.send_bytes, b"abc", 4)]
    found += [raised(here.send_bytes, b"abc", 1, 5), raised(here.send_bytes, b"abc", 1, -1)]
    found += [raised(here.send_bytes, "text"), raised(here.recv_bytes, -1)]
    found += [raised(here.send, lambda: 0)[0]]
    found += [connection.wait([here], 0.01), here.send_bytes(b""), here.recv_bytes()]
    here.send_bytes(b"end")
    here.close()
    child.join()
    found += [child.exitcode, here.closed, here.close(), raised(here.recv), raised(here.send, 1)]
    found += [raised(here.poll), raised(here.fileno), raised(here.recv_bytes)]
    with mp.Pipe()[0] as end:
        found.append(end.closed)
    return [*found, end.closed]


def pipe_simplex(mp):
    reader, writer = mp.Pipe(duplex=False)
    found = [reader.readable, reader.writable, writer.readable, writer.writable]
    found += [raised(reader.send, 1), raised(writer.recv), raised(writer.poll)]
    found += [raised(reader.send_bytes, b""), raised(writer.recv_bytes)]
    child = mp.Process(target=workers.say, args=(writer, 1, "two", [3]))
    child.start()
    writer.close()
    found += [reader.recv(), reader.recv(), reader.recv(), raised(reader.recv), raised(reader.poll)]
    child.join()
    found += [child.exitcode, raised(reader.recv_bytes)]
    reader.close()
    reader, writer = mp.Pipe(False)
    reader.close()
    found += [raised(writer.send, "nobody"), raised(writer.send_bytes, b"reads")]
    a, b = mp.Pipe(True)
    a.send("kept")
    a.close()
    found += [b.recv(), raised(b.recv), raised(b.send, 1)]
    reader, writer = mp.Pipe(False)
    writer.send_bytes(b"longer than five")
    found += [raised(reader.recv_bytes, 5), reader.closed, raised(mp.Pipe, False, 1)[0]]
    if os.name == "posix":  # bytes that are no header: whose hands were in between?
        reader, writer = mp.Pipe(False)
        os.write(writer.fileno(), struct.pack("!ii", -7, -9))
        found += [raised(reader.recv), raised(reader.recv_bytes)]
    return found


def pipe_end_through_a_queue(mp):
    channel, answers = mp.Queue(), mp.Queue()
    a, b = mp.Pipe()
    child = mp.Process(target=workers.send_end, args=(channel, b, answers))
    child.start()
    b.close()
    end = channel.get()
    a.send("through an end that travelled twice")
    found = [end.recv(), end.send("back"), a.recv(), answers.empty()]
    answers.put("thank you")  # whoever sends an end has to stay until it has arrived
    child.join()
    end.close()
    return [*found, raised(a.recv)]


def waiting_for_several(mp):
    ends = [mp.Pipe() for _ in range(3)]
    ready, go, lock = mp.Event(), mp.Event(), mp.Lock()
    child = mp.Process(target=workers.hold, args=(lock, ready, go))
    child.start()
    things = [here for here, _ in ends] + [child.sentinel]
    found = [connection.wait(things, 0)]
    ends[1][1].send(1)
    found.append([things.index(thing) for thing in connection.wait(things)])
    go.set()
    child.join()
    ended = [child.sentinel]  # on its own: when it is ready beside others, the system decides
    found.append(connection.wait(ended, timeout=LIMIT_S) == ended)
    return found


# --- locks ---


def lock_and_rlock(mp):
    lock, rlock = mp.Lock(), mp.RLock()
    answers = mp.SimpleQueue()
    found = [lock.acquire(), lock.acquire(False), lock.acquire(True, 0.01), repr(lock)]
    found += [lock.acquire(block=True, timeout=0), lock.acquire(timeout=-1), lock.release()]
    found += [raised(lock.release), lock.__enter__(), lock.__exit__(None, None, None)]
    with lock as entered:
        found += [entered, run(mp, workers.try_lock, lock, answers), answers.get()]
    found += [run(mp, workers.try_lock, lock, answers), answers.get()]
    found += [lock.acquire(False), lock.release(), raised(lock.acquire, 1, 2, 3)[0]]
    found += [rlock.acquire(), rlock.acquire(), rlock.acquire(block=False), repr(rlock)]
    found += [rlock.release(), rlock.release()]
    found += [run(mp, workers.try_lock, rlock, answers), answers.get(), rlock.release()]
    found += [raised(rlock.release), raised(pickle.dumps, lock), raised(pickle.dumps, rlock)]
    return found


def lock_counts(mp):
    total, lock = mp.Value("i", 0, lock=False), mp.Lock()
    children = [mp.Process(target=workers.add, args=(total, 50, lock)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total.value


def semaphores(mp):
    found = []
    for semaphore in (mp.Semaphore(2), mp.BoundedSemaphore(2), mp.Semaphore(), mp.Semaphore(0)):
        found += [semaphore.acquire(False), semaphore.acquire(False), semaphore.acquire(False)]
        if hasattr(semaphore, "get_value"):
            found += [semaphore.get_value()]
        found += [repr(semaphore), semaphore.acquire(timeout=0.01), semaphore.release()]
        with semaphore as entered:
            found.append(entered)
        found += [semaphore.release(), raised(semaphore.release), semaphore.get_value()]
    return found + [raised(mp.Semaphore, -1), raised(mp.BoundedSemaphore, "x")[0]]


def condition(mp):
    state, answers = mp.RawValue("i", 0), mp.SimpleQueue()
    found = []
    for cond in (mp.Condition(), mp.Condition(mp.Lock()), mp.Condition(lock=mp.RLock())):
        state.value = 0
        found += [raised(cond.wait), raised(cond.notify), raised(cond.notify_all)]
        with cond as entered:
            found += [entered, cond.wait(0.01), cond.wait(timeout=0), cond.notify(), cond.notify(2)]
            found += [cond.notify_all(), cond.wait_for(lambda: False, 0.01)]
            found += [cond.wait_for(lambda: "yes"), cond.wait_for(predicate=lambda: 1, timeout=1)]
        child = mp.Process(target=workers.wait_condition, args=(cond, state, answers))
        child.start()
        time.sleep(0.02)
        workers.notify(cond, state)
        found += [answers.get(), child.join(), cond.acquire(), cond.release()]
        found += [cond.acquire(block=False), cond.release(), raised(cond.release)]
        found.append(repr(cond).replace("unknown", "0"))
    return found


def event(mp):
    flag, answers = mp.Event(), mp.SimpleQueue()
    found = [flag.is_set(), flag.wait(0.01), flag.wait(timeout=0), flag.set(), flag.is_set()]
    found += [flag.wait(), flag.set(), flag.clear(), flag.is_set(), raised(pickle.dumps, flag)[0]]
    found += [repr(flag).split(" at ")[0]]
    child = mp.Process(target=workers.wait_for, args=(flag, answers))
    child.start()
    return [*found, flag.set(), answers.get(), child.join(), flag.wait(LIMIT_S)]


def barrier(mp):
    calls = []
    meeting, answers = mp.Barrier(3), mp.SimpleQueue()
    found = [meeting.parties, meeting.n_waiting, meeting.broken]
    children = [mp.Process(target=workers.meet, args=(meeting, answers)) for _ in range(2)]
    for child in children:
        child.start()
    mine = meeting.wait(LIMIT_S)
    found.append(sorted([mine, answers.get(), answers.get()]))
    for child in children:
        child.join()
    alone = mp.Barrier(1, calls.append.__self__.clear, timeout=5)
    found += [alone.wait(), alone.wait(timeout=1), mp.Barrier(1, lambda: calls.append(1)).wait()]
    found += [calls, raised(meeting.wait, 0.01), meeting.broken, raised(meeting.wait)]
    found += [meeting.reset(), meeting.broken, meeting.abort(), raised(meeting.wait, timeout=1)]
    found += [raised(mp.Barrier(2, timeout=0.01).wait), raised(mp.Barrier)[0]]
    failing = mp.Barrier(1, action=lambda: 1 / 0)
    return [*found, raised(failing.wait), failing.broken, type(meeting).__name__]


# --- shared values ---


class Point(ctypes.Structure):
    _fields_ = (("x", ctypes.c_double), ("y", ctypes.c_int))


def values(mp):
    found = []
    makers = [
        mp.Value("i", 3),
        mp.Value(ctypes.c_double, 2.5),
        mp.Value("i", 3, lock=True),
        mp.Value("i", 3, lock=mp.RLock()),
        mp.Value("i", 3, lock=mp.Lock()),
    ]
    for value in makers:
        with value.get_lock():
            found.append(value.get_obj().value)
        found += [value.acquire(), value.release(), type(value).__name__]
        with value as entered:
            found.append(entered)
        value.value += 1
        found.append(value.value)
    total = mp.Value("q")
    children = [mp.Process(target=workers.add_to_value, args=(total, 30)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    raw, unlocked = mp.RawValue("d", 1.5), mp.Value("b", -1, lock=False)
    point = mp.Value(Point, 1.0, 2)
    point.x += 1
    found += [total.value, raw.value, unlocked.value, hasattr(unlocked, "get_lock")]
    found += [(point.x, point.y), raised(mp.Value, "i", 1, lock=5), raised(mp.Value, "?")[0]]
    return [*found, raised(mp.RawValue), raised(pickle.dumps, total)]


def arrays(mp):
    numbers = mp.Array("i", 5)
    code = run(mp, workers.fill_array, numbers, 3)
    text, raw = mp.Array("c", b"hello"), mp.RawArray(ctypes.c_short, [1, 2, 3])
    found = [code, numbers[:], numbers[1:4:2], len(numbers), list(numbers), text.value, text.raw]
    numbers[0], numbers[1:3] = 7, [8, 9]
    with numbers.get_lock(), numbers:
        found += [numbers[:], numbers.get_obj()[:]]
    raw[1] = 5
    found += [raw[:], run(mp, workers.fill_array, raw, 2), raw[:], raised(numbers.__getitem__, 9)]
    unlocked = mp.Array("d", [0.5, 1.5], lock=False)
    own = mp.Array("i", [1], lock=mp.Lock())
    found += [unlocked[:], hasattr(unlocked, "get_lock"), own[:], type(numbers).__name__]
    return [*found, raised(mp.Array, "i", "x"), raised(mp.RawArray, "i", -1)]


def segments(mp):
    from multiprocessing.managers import SharedMemoryManager

    answers = mp.SimpleQueue()
    code = run(mp, workers.leave_segment, 10, answers)
    segment = shared_memory.SharedMemory(answers.get())
    found = [code, bytes(segment.buf[:3]), segment.size >= 10]
    segment.close()
    segment.unlink()
    items = shared_memory.ShareableList([1, "two", 3.0, None])
    found += [list(items), items.shm.close(), items.shm.unlink()]
    with SharedMemoryManager(ctx=mp) as server:
        shared = server.ShareableList(range(3))
        found += [run(mp, workers.put, answers, shared), list(answers.get())]
        found += [server.SharedMemory(20).size >= 20]
    return found


# --- managers ---


def manager_types(mp):
    with mp.Manager() as manager:
        table, items = manager.dict(a=1), manager.list([1])
        children = [mp.Process(target=workers.fill, args=(table, items, n)) for n in range(3)]
        for child in children:
            child.start()
        for child in children:
            child.join()
        space = manager.Namespace(x=1)
        run(mp, workers.set_attribute, space, "y", [2])
        value, numbers = manager.Value("i", 5), manager.Array("i", [1, 2])
        value.value += 1
        numbers[1] = 9
        proxies = {"table": table, "space": space, "value": value, "numbers": numbers}
        answers = manager.Queue(3)
        run(mp, workers.use_proxies, proxies, answers)
        found = [
            sorted(table.items(), key=str),
            sorted(items),
            (space.x, space.y, raised(lambda: space.z), hasattr(space, "z")),
            (value.value, value.get(), value.set(3), str(value)),
            (numbers[:], len(numbers), list(numbers), raised(numbers.__getitem__, 7)),
            {k: v for k, v in answers.get().items() if k != "table"},
        ]
        del space.x
        found.append(str(space))
        for name in ("Lock", "RLock", "Semaphore", "BoundedSemaphore"):
            lock = getattr(manager, name)()
            with lock as entered:
                answers = manager.Queue()
                run(mp, workers.try_lock, lock, answers)
                found += [name, entered, answers.get()]
            found += [lock.acquire(False), lock.release(), lock.acquire(True, 1), lock.release()]
            found.append(raised(lock.release))
        return found, [type(proxy).__name__ for proxy in (table, items, space, value)]


def manager_coordination(mp):
    manager = mp.Manager()
    event, meeting, cond = manager.Event(), manager.Barrier(2), manager.Condition()
    answers, tasks = manager.Queue(2), manager.JoinableQueue()
    found = [event.is_set(), event.wait(0.01), event.set(), event.wait(), event.is_set()]
    found += [event.clear(), event.is_set()]
    child = mp.Process(target=workers.meet, args=(meeting, answers))
    child.start()
    found += [sorted([meeting.wait(), answers.get()]), meeting.parties, meeting.n_waiting]
    found += [meeting.broken, raised(meeting.wait, 0.01), meeting.broken, meeting.reset()]
    child.join()
    with cond:
        found += [cond.wait(0.01), cond.notify(), cond.notify_all(), cond.wait_for(lambda: 3)]
    found += [raised(cond.notify), answers.put(1), answers.put(2), answers.full()]
    found += [raised(answers.put_nowait, 3), raised(answers.put, 3, timeout=0.01), answers.get()]
    found += [answers.get(), answers.empty(), answers.qsize(), raised(answers.get_nowait)]
    found += [raised(answers.get, True, 0.01)]
    child = mp.Process(target=workers.work, args=(tasks,))
    child.start()
    tasks.put(1)
    tasks.put(None)
    found += [tasks.join(), child.join(), raised(tasks.task_done)]
    manager.shutdown()
    found += [raised(manager.list)[0], manager.shutdown()]
    return found


def manager_proxies(mp):
    with mp.Manager() as manager:
        items, table = manager.list(range(5)), manager.dict({"k": 1, 2: "two"})
        items += [5]
        items *= 2
        found = [items[0], items[-1], items[2:4], len(items), 3 in items, items.count(1)]
        found += [items.index(4), items.pop(), items.append(9), items.extend([7, 8])]
        found += [items.insert(0, "first"), items.remove("first"), items.reverse(), items.sort()]
        found += [items.sort(reverse=True), str(items), list(items), items + [1], items[:]]
        items[0] = [1]
        items[0].append(2)  # a copy of the inner list is changed
        del items[-1]
        found += [items[:], raised(items.__getitem__, 99), raised(items.remove, "no"), items * 2]
        found += [table["k"], table.get("no"), table.get("no", 0), table.setdefault("s", 3)]
        found += [list(table.keys()), list(table.values()), list(table.items()), len(table)]
        found += ["k" in table, table.pop("s"), table.pop("no", None), table.update(a=1)]
        found += [sorted(map(str, table)), table.copy(), table.popitem(), raised(table.pop, "no")]
        found += [raised(lambda: table["no"]), str(table), table.clear(), dict(table)]
        nested = manager.list([manager.list([1]), manager.dict(a=manager.list([2]))])
        nested[0].append(5)
        nested[1]["a"].append(6)
        found += [nested[0][:], nested[1]["a"][:], str(nested[0])]
        pickled = pickle.loads(pickle.dumps(items))
        found += [pickled == items[:], str(pickled) == str(items), type(pickled).__name__]
        found += [items._getvalue() == items[:], items._callmethod("__len__"), repr(items)[:10]]
        with manager.Pool(2) as pool:
            found += [pool.map(workers.square, [1, 2, 3]), pool.apply(abs, (-1,))]
            found += [pool.apply_async(workers.square, (5,)).get(), pool.starmap(pow, [(2, 3)])]
            found += [list(pool.imap(workers.square, range(3)))]
        lost = manager.list()
    found += [manager._process is None or manager._process.exitcode, raised(len, lost)[0]]
    return found


# --- pools ---


def pool_methods(mp):
    with mp.Pool(2) as pool:
        seen, errors = [], []
        done = threading.Event()
        later = pool.apply_async(workers.add_two, (1,), {"b": 2}, callback=seen.append)
        failing = pool.apply_async(
            workers.fail_on_three, (3,), error_callback=lambda e: (errors.append(e), done.set())
        )
        found = [
            pool.map(workers.square, range(7)),
            pool.map(workers.square, [4, 5], chunksize=1),
            pool.map_async(workers.square, [6]).get(LIMIT_S),
            pool.apply(workers.add_two, (1, 2)),
            pool.apply(func=workers.add_two, args=(1,), kwds={"b": 5}),
            pool.starmap(workers.add_two, [(1, 2), (3, 4)]),
            pool.starmap_async(workers.add_two, iterable=[(1,)]).get(),
            list(pool.imap(workers.square, range(4), 2)),
            sorted(pool.imap_unordered(workers.square, range(4))),
            later.get(LIMIT_S),
            later.ready(),
            later.successful(),
            raised(failing.get, LIMIT_S),
            failing.successful(),
            raised(pool.map, workers.fail_on_three, range(5)),
            raised(list, pool.imap(workers.fail_on_three, range(2, 5))),
            raised(pool.apply, lambda: 0)[0],
            done.wait(LIMIT_S),
            seen,
            [type(error).__name__ for error in errors],
            type(errors[0].__cause__).__name__,
        ]
        slow = pool.apply_async(workers.sleep, (60,))
        found += [raised(slow.get, 0.01), raised(slow.get, timeout=0.01), slow.ready()]
        found += [raised(slow.successful)[0], slow.wait(0.01)]
    return [*found, raised(pool.map, abs, [1])]


def pool_options(mp):
    pool = mp.Pool(processes=1, initializer=workers.set_up, initargs=("v",), maxtasksperchild=2)
    found = [pool.map(workers.what_was_set_up, range(5), chunksize=1)]
    pool.close()
    found += [raised(pool.apply, abs, (1,)), pool.join(), raised(mp.Pool, 0)]
    found += [raised(mp.Pool, 1, initializer=5), raised(mp.Pool, workers=3)[0]]
    pool = mp.Pool(1, workers.set_up, ("w",))
    found += [pool.map(workers.what_was_set_up, [0]), pool.terminate(), pool.join()]
    return [*found, raised(pool.map, abs, [1]), raised(pickle.dumps, pool)]


def executor(mp):
    Executor = concurrent.futures.ProcessPoolExecutor
    with Executor(2, mp_context=mp, initializer=workers.set_up, initargs=("ready",)) as pool:
        futures = [pool.submit(workers.fail_on_three, n) for n in range(2, 5)]
        found = [raised(future.result, LIMIT_S) for future in futures]
        found += [list(pool.map(workers.square, range(5), chunksize=2))]
        found += [pool.submit(workers.what_was_set_up, 0).result(), futures[0].done()]
        found += [type(futures[1].exception().__cause__).__name__]
        found += [len(list(concurrent.futures.as_completed(futures)))]
        found += [raised(pool.submit(lambda: 0).result)[0]]
    with Executor(max_workers=1, mp_context=mp) as pool:
        found += [raised(pool.submit(workers.die_in_pool, 0).result)]
        found += [raised(pool.submit, workers.square, 1)[0]]
    return [*found, raised(pool.submit, abs, 1)[0]]


PROGRAMS = [
    *(process_arguments, process_life, process_exit_codes, process_subclass),
    *(process_local_subclass, process_environment, processes_of_processes),
    *(queue_in_one_process, queue_between_processes, queue_of_many, simple_queue, joinable_queue),
    *(pipe_duplex, pipe_simplex, pipe_end_through_a_queue, waiting_for_several),
    *(lock_and_rlock, lock_counts, semaphores, condition, event, barrier),
    *(values, arrays, segments),
    *(manager_types, manager_coordination, manager_proxies),
    *(pool_methods, pool_options, executor),
]


@per_method
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_a_program_gets_the_same_answers(program: Any, method: str, capfd: Any) -> None:
    with in_time():
        plain = program(multiprocessing.get_context(method))
    with observe(method, deadline_s=30) as mp:
        observed = program(mp)
    assert observed == plain


# --- what the objects are ---


def one_of_each(mp: Any) -> dict[str, Any]:
    """An object of every class of the context that needs no process."""
    found = {
        name: getattr(mp, name)()
        for name in (
            *("Queue", "JoinableQueue", "SimpleQueue", "Lock", "RLock", "Semaphore"),
            *("BoundedSemaphore", "Condition", "Event"),
        )
    }
    found["Connection"], found["other Connection"] = mp.Pipe()
    found["reader"], found["writer"] = mp.Pipe(duplex=False)
    found["Barrier"], found["Process"] = mp.Barrier(2), mp.Process()
    for name in ("Value", "RawValue"):
        found[name] = getattr(mp, name)("i", 0)
    for name in ("Array", "RawArray"):
        found[name] = getattr(mp, name)("i", 2)
    return found


def parameters(thing: Any) -> list[tuple[Any, ...]] | None:
    try:
        found = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):  # written in C, without a signature
        return None
    return [(parameter.name, parameter.kind, parameter.default) for parameter in found]


def public(thing: Any) -> list[str]:
    return [name for name in dir(thing) if not name.startswith("_")]


@per_method
def test_an_object_is_an_instance_of_the_standard_class(method: str) -> None:
    plain = multiprocessing.get_context(method)
    with observe(method) as mp:
        assert set(public(plain)) <= set(public(mp))
        for name in public(plain):
            ours, theirs = getattr(mp, name), getattr(plain, name)
            if callable(theirs) and name != "Process":
                assert parameters(ours) == parameters(theirs), name
        standard = one_of_each(plain)
        for name, ours in one_of_each(mp).items():
            theirs = standard[name]
            assert type(ours).__name__ == type(theirs).__name__
            if "<locals>" not in type(theirs).__qualname__ and "Raw" not in name:
                assert isinstance(ours, type(theirs)), name
            if name not in ("Value", "Array", "RawValue", "RawArray"):
                assert type(theirs) in type(ours).__mro__[1:], name
            for method_name in public(theirs):
                if callable(getattr(type(theirs), method_name, None)):
                    mine, his = getattr(ours, method_name), getattr(theirs, method_name)
                    assert parameters(his) in (parameters(mine), None), (name, method_name)


@per_method
def test_servers_and_pools_are_instances_of_the_standard_classes(method: str) -> None:
    with observe(method) as mp:
        with mp.Manager() as manager, mp.Pool(1) as pool:
            assert isinstance(manager, multiprocessing.managers.SyncManager)
            assert isinstance(pool, multiprocessing.pool.Pool)
            for name in ("list", "dict", "Namespace", "Lock", "Event", "Queue", "Condition"):
                proxy = getattr(manager, name)()
                assert isinstance(proxy, multiprocessing.managers.BaseProxy), name
                expected = multiprocessing.managers.SyncManager._registry[name][-1]
                if isinstance(expected, type):
                    assert expected in type(proxy).__mro__[1:], name
