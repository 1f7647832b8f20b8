"""Children that go wrong, each in its own way. Standard library only: spawned children import this.

Each says something before, which must not be lost.
"""

from __future__ import annotations

import faulthandler
import os
import resource
import signal
import struct
import subprocess
import sys
import threading
import time

SAID = "so far so good"
LOCK = threading.Lock()


def say():
    print(SAID)


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def die_soon(after_s=0.1):
    threading.Timer(after_s, die).start()


# --- ends ---


def raises():
    say()
    raise ValueError("no luck")


class Unspeakable(Exception):
    """Cannot be rebuilt from its arguments, as pickle would do."""

    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


def raises_what_cannot_be_rebuilt():
    say()
    raise Unspeakable("this", "that")


def puts_what_cannot_be_pickled(answers):
    say()
    answers.put(lambda: 0)


def exits_with_text():
    say()
    sys.exit("the disk is full")


def leaves_at_once():
    say()
    os._exit(3)


def is_killed():
    say()
    die()


def crashes():
    say()
    faulthandler._sigsegv()


def eats_memory():
    say()
    have = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, have))
    bytearray(1 << 32)


# --- goes on for ever ---


def sleeps():
    say()
    time.sleep(60)


def computes():
    say()
    while True:
        pass


def computes_in_one_call():
    say()
    sum(range(1 << 60))


def is_stopped():
    say()
    os.kill(os.getpid(), signal.SIGSTOP)


def is_deaf(ready):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    say()
    ready.set()
    while True:
        time.sleep(0.1)


def has_deaf_children(mp, ready):
    child = mp.Process(target=is_deaf, args=(ready,))
    child.start()
    is_deaf(ready)


def waits_beside_a_program():
    say()
    subprocess.run(["sleep", "60"], check=True)


def leaves_an_orphan():
    say()
    if os.fork() == 0:
        while True:
            time.sleep(0.1)


def floods():
    say()
    line = "x" * 1023
    for _ in range(12 << 10):  # 12 MB
        print(line)


def floods_raw():
    say()
    for _ in range(12):
        os.write(1, b"x" * (1 << 20))


# --- locks and channels ---


def dies_with_lock(lock):
    lock.acquire()
    say()
    die()


def waits_for(lock):
    say()
    lock.acquire()


def waits_for_a_thread_lock():
    say()
    with LOCK:
        pass


def dies_in_put(numbers):
    say()
    numbers.put(bytes(1_000_000))
    time.sleep(0.1)  # the feeder thread has filled the pipe
    die()


def dies_in_get(numbers, ready):
    say()
    ready.set()
    die_soon()
    numbers.get()


def dies_in_send(end):
    say()
    die_soon()
    end.send(bytes(1_000_000))


def sends_garbage(end):
    say()
    os.write(end.fileno(), struct.pack("!iQ", -1, 1 << 60))
    time.sleep(60)


def sends_many(end, size, times):
    say()
    for n in range(times):
        end.send(bytes([n % 256]) * size)


def puts_a_lot(numbers):
    say()
    numbers.put(bytes(1_000_000))


def puts(answers, item):
    say()
    answers.put(item)


# --- servers, pools, segments ---


def calls(proxy, ready, go, done):
    say()
    ready.set()
    go.wait()
    proxy.append(1)
    done.set()


def is_killed_in_pool(_):
    say()
    die()


def attaches(name, answers):
    from multiprocessing import shared_memory

    say()
    segment = shared_memory.SharedMemory(name)
    answers.put(bytes(segment.buf[:3]))
    segment.close()
