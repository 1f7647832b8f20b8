"""What the workers of the pools in test_pools run; standard library only."""

import multiprocessing
import os
import signal
import sys
import threading
import time


def square(n):
    return n * n


def add(a, b):
    return a + b


def fail(n):
    raise ValueError(f"no {n}")


def fail_on_two(n):
    if n == 2:
        raise LookupError("two")
    return n


def kill_yourself(n):
    os.kill(os.getpid(), signal.SIGKILL)


def leave(n):
    sys.exit(0)


def kill_on_two(n):
    if n == 2:
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGKILL)
    return n


class Refused(Exception):
    """Its args are not what its `__init__` takes."""

    def __init__(self, name, code):
        super().__init__(f"{name} refused with {code}")


def refuse(n):
    raise Refused("server", n)


class Unbuildable:
    def __reduce__(self):
        return int, ("not a number",)


def return_unbuildable(n):
    return Unbuildable()


def return_lambda(n):
    return lambda: n


def start_a_pool(n):
    with multiprocessing.Pool(1) as pool:
        return pool.map(square, [n])


def start_a_process(n):
    child = multiprocessing.Process(target=square, args=(n,))
    child.start()
    child.join()
    return child.exitcode


def use(channel):
    return type(channel).__name__


def prepare(path):
    open(path).close()


_kept = []


def keep(thing):
    _kept.append(thing)


def put_kept(n):
    _kept[0].put(n)


def wait_for_kept():
    _kept[0].wait()


def set_kept():
    _kept[0].set()


def take_kept(n):
    with _kept[0]:
        return n


def use_pool_of_parent(n):
    return _kept[0].apply(square, (n,))


def submit_to_parents_executor(n):
    return _kept[0].submit(square, n).result()


class Holder:
    def __init__(self):
        self.rule = lambda n: n
        self.lock = threading.Lock()

    def step(self, n):
        return n


def nap(n):
    time.sleep(n)
    return n


def wait_for(event):
    return event.wait(20)


def wait_and_fail(path):
    """Fail as soon as there is such a file."""
    while not os.path.exists(path):
        time.sleep(0.01)
    raise ValueError("too late")
