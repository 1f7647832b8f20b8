"""What the children of the tests do. Standard library only: spawned children import this."""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from array import array
from multiprocessing import connection, current_process, parent_process, shared_memory

# --- ends of every kind ---


def nothing(*args, **kwargs):
    """End well."""


def fail(text="no luck"):
    raise ValueError(text)


def leave(code):
    sys.exit(code)


def leave_at_once(code):
    print("last words", end="")
    os._exit(code)


def kill_myself():
    print("last words")
    sys.stderr.write("and no more")
    os.kill(os.getpid(), signal.SIGKILL)


def segfault():
    print("before")
    ctypes.string_at(0)


def segfault_unseen():
    """Without the stack that pytest's fault handler would write into the middle of its dots."""
    faulthandler.disable()
    segfault()


def sleep(seconds=60.0):
    time.sleep(seconds)


def spin():
    while True:
        pass


def swallow_everything():
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(60)


def ignore_signals(ready):
    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGALRM", "SIGUSR1"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    ready.set()
    while True:
        time.sleep(60)


def with_child(mp, target, *args):
    """Start a child of my own, and wait for it."""
    child = mp.Process(target=target, args=args)
    child.start()
    child.join()


def with_orphan(mp, target, *args):
    """Start a child of my own, and leave it behind."""
    child = mp.Process(target=target, args=args)
    child.start()
    os._exit(0)


def with_program(seconds):
    """Start another program, and leave it behind."""
    subprocess.Popen(["sleep", str(seconds)])


# --- channels ---


def put(channel, *items):
    for item in items:
        channel.put(item)


def put_unpicklable(channel):
    channel.put("first")
    channel.put(Unpicklable())
    channel.put("last")


class Unpicklable:
    def __reduce__(self):
        raise RuntimeError("I stay where I am")


def put_range(channel, start, stop):
    for number in range(start, stop):
        channel.put(number)


def put_same(channel, item, times):
    for _ in range(times):
        channel.put(item)


def echo(source, sink):
    """Pass on until a None comes."""
    while (item := source.get()) is not None:
        sink.put(item)


def take(source, sink, times):
    for _ in range(times):
        source.get()
    sink.put(current_process().name)


def work(tasks):
    """Take tasks from a JoinableQueue until a None comes."""
    while True:
        item = tasks.get()
        tasks.task_done()
        if item is None:
            return


def say(end, *items):
    for item in items:
        end.send(item)
    end.close()


def say_range(end, name, count):
    for number in range(count):
        end.send((name, number))


def say_alike(end, number, count):
    """Messages that are equal but for one byte in their middle."""
    for _ in range(count):
        end.send_bytes(b"a" * 500 + bytes([number]) + b"z" * 500)


def say_and_die(channel, lock):
    channel.put("one")
    lock.acquire()
    channel.put("two")
    print("about to die")
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGKILL)).start()
    lock.acquire()


def echo_bytes(end):
    """Send back what comes, until b"end" comes."""
    while (data := end.recv_bytes()) != b"end":
        end.send_bytes(data)
    end.close()


def recv_then_report(end, channel):
    channel.put(end.recv())


def send_end(channel, end, done):
    """Send an end of a pipe through a queue; my thread serves it until it has arrived."""
    channel.put(end)
    done.get()


def late_pickling(channel, report):
    channel.put(Spy())
    report.put("put returned")


class Spy:
    """Says which thread pickled it."""

    def __init__(self, thread="", process=""):
        self.thread, self.process = thread, process

    def __reduce__(self):
        return Spy, (threading.current_thread().name, current_process().name)


# --- locks ---


def add(total, times, lock):
    for _ in range(times):
        with lock:
            total.value += 1


def add_to_value(total, times):
    for _ in range(times):
        with total.get_lock():
            total.value += 1


def fill_array(numbers, factor):
    for index in range(len(numbers)):
        numbers[index] = index * factor


def hold(lock, ready, go):
    with lock:
        ready.set()
        go.wait()


def hold_and_die(lock, ready):
    lock.acquire()
    ready.set()
    os.kill(os.getpid(), signal.SIGKILL)


def take_lock(lock):
    lock.acquire()


def try_lock(lock, answers):
    answers.put(lock.acquire(False))


def wait_for(event, answers):
    answers.put(event.wait())


def wait_condition(condition, state, answers):
    with condition:
        answers.put(condition.wait_for(lambda: state.value, timeout=20))


def wait_condition_forever(condition):
    with condition:
        condition.wait()


def notify(condition, state):
    with condition:
        state.value = 1
        condition.notify_all()


def meet(barrier, answers):
    answers.put(barrier.wait())


# --- managers ---


def fill(table, items, number):
    table[number] = "test"
    items.append(number)


def use_proxies(proxies, answers):
    answers.put({name: str(proxy) for name, proxy in proxies.items()})


def set_attribute(namespace, name, value):
    setattr(namespace, name, value)


# --- pools ---


def square(number):
    return number * number


def add_two(a, b=0):
    return a + b


def say_square(number):
    print("square of", number)
    return number * number


def fail_on_three(number):
    if number == 3:
        raise LookupError("three")
    return number


def set_up(value):
    global set_up_value
    set_up_value = value


def what_was_set_up(_):
    return set_up_value


def die_in_pool(_):
    os._exit(3)


# --- facts ---


def facts(channel, *args, **kwargs):
    me, parent = current_process(), parent_process()
    channel.put(
        {
            "args": args,
            "kwargs": kwargs,
            "name": me.name,
            "daemon": me.daemon,
            "parent": parent.pid == os.getppid() if os.name == "posix" else True,
            "threads": [thread.name for thread in threading.enumerate()],
            "main": threading.current_thread() is threading.main_thread(),
            "children": len(sys.modules["multiprocessing.process"].active_children()),
        }
    )


# --- output ---


def print_lines(*lines):
    for line in lines:
        print(line)


def print_everything(name):
    print("to stdout", name)
    print("to stderr", name, file=sys.stderr)
    sys.stdout.write("no line end, ")
    sys.stdout.flush()
    sys.stdout.write("yet one line\n")
    print("words", "in", "one", "line", sep="-")
    sys.stdout.buffer.write(b"bytes\n")
    sys.stdout.writelines(["two\n", "lines\n"])
    print("größer 漢字 🐍 \ud800")
    print()
    print("last line, not ended", end="")


def print_raw():
    print("by print")
    os.write(1, b"by write to 1\n")
    os.write(2, b"by write to 2\n")
    os.system("echo by another program")


def print_from_threads(threads, lines):
    gate = threading.Barrier(threads)

    def talk(number):
        gate.wait()
        for line in range(lines):
            print("thread", number, "line", line, "x" * 20)

    talkers = [threading.Thread(target=talk, args=(number,)) for number in range(threads)]
    for talker in talkers:
        talker.start()
    for talker in talkers:
        talker.join()


def flood_stdout(size):
    line = "y" * 99 + "\n"
    for _ in range(size // len(line)):
        sys.stdout.write(line)


def flood_raw(size):
    for _ in range(size >> 16):
        os.write(1, b"z" * 65535 + b"\n")


def flood_events(flag, times, limit):
    from mpscope._recording import store

    store.MAX_EVENTS = limit
    for _ in range(times):
        flag.set()


def fail_deeply():
    try:
        fail("the cause")
    except ValueError as error:
        raise RuntimeError("the effect\nin two lines") from error


def fail_in_a_group():
    raise ExceptionGroup("several", [ValueError("one"), KeyError("two")])


class Unspeakable(Exception):
    """Its text cannot be had."""

    def __str__(self):
        raise RuntimeError("no text")


def fail_unspeakably():
    raise Unspeakable


# --- shared memory ---


def leave_segment(size, answers):
    segment = shared_memory.SharedMemory(create=True, size=size)
    segment.buf[:3] = b"abc"
    answers.put(segment.name)
    segment.close()


def leave_segment_and_die(size, ready):
    shared_memory.SharedMemory(create=True, size=size)
    ready.set()
    os.kill(os.getpid(), signal.SIGKILL)


def make_locks_and_die(mp):
    global kept
    kept = [mp.Lock(), mp.Queue(), mp.Event(), array("b")]
    os.kill(os.getpid(), signal.SIGKILL)


# --- waiting for things that never come ---


def get_forever(channel):
    channel.get()


def get_swallowing(channel):
    while True:
        try:
            channel.get(timeout=0.05)
        except queue.Empty:
            continue
        except Exception:
            pass


def recv_forever(end):
    end.recv()


def recv_loop(end):
    """Serve until the other end is closed: the healthy end of a pipe's worker."""
    with contextlib.suppress(EOFError):
        while True:
            end.recv()


def wait_forever(thing):
    thing.wait()


def after(seconds, action, *args):
    """Do something later."""
    time.sleep(seconds)
    action(*args)


def put_later(channel, item, seconds):
    time.sleep(seconds)
    channel.put(item)


def send_later(end, item, seconds):
    time.sleep(seconds)
    end.send(item)


def release_later(lock, seconds):
    time.sleep(seconds)
    lock.release()


def set_later(event, seconds):
    time.sleep(seconds)
    event.set()


def send_from_orphan(end, item, seconds):
    """Fork a grandchild that sends later, and leave it."""
    if os.fork() == 0:
        time.sleep(seconds)
        end.send(item)
        os._exit(0)
    os._exit(0)


def wait_for_one(ends):
    connection.wait(ends)


def ask_for_ever(end, ready):
    end.send(0)
    ready.release()
    while True:
        end.send(end.recv() + 1)


def answer_for_ever(end, ready):
    ready.release()
    while True:
        end.send(end.recv())
