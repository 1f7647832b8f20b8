"""Programs that end well, because somebody acts after a while of whom the logs know nothing.

Each gets the context `mp`, and returns what it has found: the same as with a plain context.
Standard library only: spawned children import this.
"""

from __future__ import annotations

import _thread
import contextlib
import multiprocessing
import os
import queue
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent import futures
from functools import partial
from multiprocessing import shared_memory
from multiprocessing.connection import Client, Listener

LATER_S = 0.7  # a block at rest is looked at six times, at the most, before it is called that


slow_to_arrive = []  # what a forked copy does before the engine's own hooks: this is imported first
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: [wait() for wait in slow_to_arrive])


def run(mp, target, *args, **options):
    child = mp.Process(target=target, args=args, **options)
    child.start()
    return child


def later(act, *args):
    time.sleep(LATER_S)
    act(*args)


def echo(numbers, answers):
    answers.put(numbers.get() * 2)


def asked(mp):
    """A queue whose number a child doubles, and the queue with the answer."""
    numbers, answers = mp.Queue(), mp.Queue()
    run(mp, echo, numbers, answers)
    return numbers, answers


def until_none(numbers):
    while numbers.get() is not None:
        pass


def in_background(script):
    """A shell command that nobody waits for, and that belongs to nobody."""
    subprocess.run(["setsid", "sh", "-c", f"({script}) >/dev/null 2>&1 &"], check=True)


def send_signal_later(name, pid=None):
    in_background(f"sleep {LATER_S}; kill -{name} {pid or os.getpid()}")


# --- threads of the parent ---


def raw_thread(mp):
    numbers, answers = asked(mp)
    _thread.start_new_thread(later, (numbers.put, 21))
    return answers.get()


def thread(mp):
    numbers, answers = asked(mp)
    threading.Thread(target=later, args=(numbers.put, 21)).start()
    return answers.get()


def timer(mp):
    numbers, answers = asked(mp)
    threading.Timer(LATER_S, numbers.put, (21,)).start()
    return answers.get()


def executor(mp):
    numbers, answers = asked(mp)
    with futures.ThreadPoolExecutor(1) as pool:
        pool.submit(later, numbers.put, 21)
        return answers.get()


def sleeping_in_c(mp):
    """What the executor runs has no frame of Python's own."""
    numbers, answers = asked(mp)
    with futures.ThreadPoolExecutor(1) as pool:
        pool.submit(time.sleep, LATER_S).add_done_callback(lambda _: numbers.put(21))
        return answers.get()


def thread_pool(mp):
    numbers, answers = asked(mp)
    from multiprocessing.pool import ThreadPool

    with ThreadPool(1) as pool:
        pool.apply_async(later, (numbers.put, 21))
        return answers.get()


def event_sets_lock_free(mp):
    gate = mp.Lock()
    gate.acquire()
    threading.Thread(target=later, args=(gate.release,)).start()
    gate.acquire()
    return 42


def nobody_but_a_thread(mp):
    numbers = mp.Queue()
    threading.Timer(LATER_S, numbers.put, (42,)).start()
    return numbers.get()


def slow_pickle(mp):
    """The message takes its time to be pickled, in the queue's own thread."""
    numbers = mp.Queue()
    numbers.put(Slow())
    return 42 if numbers.get() is None else 0


class Slow:
    def __reduce__(self):
        time.sleep(LATER_S)
        return type(None), ()


# --- threads and executors from before the block ---

jobs = queue.Queue()


def serve():
    while (job := jobs.get()) is not None:
        job()


@contextlib.contextmanager
def server_thread():
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        jobs.put(None)
        thread.join()


def older_thread(mp):
    numbers, answers = asked(mp)
    jobs.put(partial(later, numbers.put, 21))
    return answers.get()


def older_thread_alone(mp):
    numbers = mp.Queue()
    jobs.put(partial(later, numbers.put, 42))
    return numbers.get()


older = None


@contextlib.contextmanager
def older_executor():
    global older
    with futures.ThreadPoolExecutor(1) as older:
        older.submit(int).result()
        yield


def executor_from_before(mp):
    numbers, answers = asked(mp)
    older.submit(later, numbers.put, 21)
    return answers.get()


@contextlib.contextmanager
def older_loop():
    global older
    import asyncio

    older = asyncio.new_event_loop()
    thread = threading.Thread(target=older.run_forever)
    thread.start()
    try:
        yield
    finally:
        older.call_soon_threadsafe(older.stop)
        thread.join()
        older.close()


def loop_in_a_thread(mp):
    numbers, answers = asked(mp)
    older.call_soon_threadsafe(older.call_later, LATER_S, numbers.put, 21)
    return answers.get()


@contextlib.contextmanager
def older_processes():
    global older
    with futures.ProcessPoolExecutor(1) as older:
        older.submit(int).result()
        yield


def processes_from_before(mp):
    """A task of a plain executor calls back, in the parent, when it is done."""
    numbers, answers = asked(mp)
    older.submit(time.sleep, LATER_S).add_done_callback(lambda _: numbers.put(21))
    return answers.get()


# --- threads of a child ---


def timer_sets(answers, ready):
    threading.Timer(LATER_S, ready.set).start()
    ready.wait()
    answers.put(42)


def timer_in_child(mp):
    answers, ready = mp.Queue(), mp.Event()
    run(mp, timer_sets, answers, ready)
    return answers.get()


def read_later_in_thread(box, done):
    thread = threading.Thread(target=later, args=(lambda: [box.get() for _ in range(3)],))
    thread.start()
    for n in range(3):
        box.put(n)
    thread.join()
    done.put(42)


def own_thread_reads(mp):
    """The main thread is in `put` on a full queue, which another thread of the child will read."""
    box, done = mp.Queue(1), mp.Queue()
    box.put(0)
    time.sleep(0.2)
    run(mp, read_later_in_thread, box, done)
    return done.get()


def raw_thread_puts(numbers, answers):
    _thread.start_new_thread(later, (numbers.put, 21))
    answers.put(numbers.get() * 2)


def raw_thread_in_child(mp):
    numbers, answers = mp.Queue(), mp.Queue()
    run(mp, raw_thread_puts, numbers, answers)
    return answers.get()


def thread_and_closed_queue(numbers, answers, spare):
    """As many threads as if the spare queue still had one."""
    spare.put(1)
    spare.close()
    spare.join_thread()
    raw_thread_puts(numbers, answers)


def thread_in_place_of_a_feeder(mp):
    numbers, answers, spare = mp.Queue(), mp.Queue(), mp.Queue()
    run(mp, thread_and_closed_queue, numbers, answers, spare)
    spare.get()
    return answers.get()


async def put_soon(numbers):
    import asyncio

    await asyncio.sleep(LATER_S)
    numbers.put(21)


def loop_in_child(numbers):
    import asyncio

    asyncio.run(put_soon(numbers))


def asyncio_in_child(mp):
    numbers, answers = asked(mp)
    run(mp, loop_in_child, numbers)
    return answers.get()


async def ask_in_executor(numbers, answers):
    import asyncio

    loop = asyncio.get_running_loop()
    got = loop.run_in_executor(None, answers.get)
    await asyncio.sleep(LATER_S)
    numbers.put(21)
    return await got


def asyncio_in_parent(mp):
    import asyncio

    return asyncio.run(ask_in_executor(*asked(mp)))


# --- processes that keep no log ---


def put_later(numbers, number):
    later(numbers.put, number)


def plain_child(mp):
    numbers, answers = asked(mp)
    plain = multiprocessing.get_context(mp.get_start_method())
    run(plain, put_later, numbers, 21)
    return answers.get()


class Putting(multiprocessing.Process):
    def __init__(self, numbers):
        super().__init__()
        self.numbers = numbers

    def run(self):
        put_later(self.numbers, 21)


def plain_subclass(mp):
    numbers, answers = asked(mp)
    multiprocessing.set_start_method(mp.get_start_method(), force=True)
    Putting(numbers).start()
    return answers.get()


def raw_fork(mp):
    numbers = mp.SimpleQueue()
    pid = os.fork()
    if pid == 0:
        later(numbers.put, 42)
        os._exit(0)
    try:
        return numbers.get()
    finally:
        os.waitpid(pid, 0)


def daemonised_fork(mp):
    """Its parent has ended, it has a session of its own, and holds the queue."""
    numbers = mp.SimpleQueue()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        if os.fork() == 0:
            later(numbers.put, 42)
        os._exit(0)
    os.waitpid(pid, 0)
    return numbers.get()


def daemonised_with_a_lock(mp):
    """... and holds nothing but a semaphore."""
    gate = mp.Semaphore(0)
    pid = os.fork()
    if pid == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(3, 64):
                with contextlib.suppress(OSError):
                    os.close(number)
            later(gate._semlock.release)
        os._exit(0)
    os.waitpid(pid, 0)
    gate.acquire()
    return 42


SEND = "import time; from multiprocessing.connection import Connection; time.sleep({}); "
SEND += "Connection({}, readable=False).send(42)"


def subprocess_with_an_end(mp):
    ours, theirs = mp.Pipe(duplex=False)
    script = SEND.format(LATER_S, theirs.fileno())
    child = subprocess.Popen([sys.executable, "-c", script], pass_fds=[theirs.fileno()])
    theirs.close()
    try:
        return ours.recv()
    finally:
        child.wait()


def daemon_with_the_other_end(mp):
    """A daemon of nobody's that holds the other end of a socket pair, which the parent closes."""
    ours, theirs = mp.Pipe()
    script = SEND.format(LATER_S, theirs.fileno())
    shell = '"$0" -c "$1" & '
    command = ["setsid", "sh", "-c", shell, sys.executable, script]
    subprocess.run(command, pass_fds=[theirs.fileno()], check=True)
    theirs.close()
    return ours.recv()


def start_plain(numbers):
    multiprocessing.Process(target=put_later, args=(numbers, 42)).start()


def plain_grandchild(mp):
    numbers = mp.Queue()
    run(mp, start_plain, numbers)
    return numbers.get()


def fork_daemon(numbers, ready):
    if os.fork() == 0:
        os.setsid()
        later(numbers.put, 42)
        os._exit(0)
    ready.set()
    time.sleep(2 * LATER_S)


def daemonised_grandchild(mp):
    """Its group and its session are its own."""
    numbers, ready = mp.SimpleQueue(), mp.Event()
    run(mp, fork_daemon, numbers, ready)
    ready.wait()
    return numbers.get()


def talk(address):
    with Client(address) as other:
        later(other.send, 42)


def listen(address, answers):
    with Listener(address) as listener:
        answers.put("up")
        with listener.accept() as other:
            answers.put(other.recv())


def listener_in_child(mp):
    with tempfile.TemporaryDirectory() as folder:
        address, answers = os.path.join(folder, "s"), mp.Queue()
        run(mp, listen, address, answers)
        answers.get()
        run(mp, talk, address)
        return answers.get()


def wait_for_program(answers):
    subprocess.run(["sleep", str(LATER_S)], check=True)
    answers.put(42)


def program_in_child(mp):
    answers = mp.Queue()
    run(mp, wait_for_program, answers)
    return answers.get()


def fork_and_leave(numbers):
    """What is left of it is in its group, and holds a copy of all that it had.

    It arrives late: its parent's end has been seen by then.
    """
    slow_to_arrive.append(partial(time.sleep, 0.2))
    if os.fork() == 0:
        later(numbers.put, 42)
        os._exit(0)


def orphan_of_a_child_that_is_let_go(mp):
    numbers = mp.SimpleQueue()
    run(mp, fork_and_leave, numbers).join()
    return numbers.get()


# --- signals ---


class Stop(Exception):
    pass


def stop(number, frame):
    raise Stop


def service(mp, how):
    """Workers that wait for work, until a signal ends the service."""
    numbers, answers = asked(mp)
    worker = run(mp, until_none, answers)
    signal.signal(getattr(signal, how), stop)
    send_signal_later(how.removeprefix("SIG"))
    try:
        worker.join()
    except Stop:
        numbers.put(1)
        answers.put(None)
        worker.join()
        return 42
    return 0


def sigterm_service(mp):
    return service(mp, "SIGTERM")


def sigusr2_service(mp):
    return service(mp, "SIGUSR2")


def handler_puts(mp):
    numbers, answers = asked(mp)
    signal.signal(signal.SIGUSR1, lambda *_: numbers.put(21))
    send_signal_later("USR1")
    return answers.get()


def ctrl_c_service(mp):
    numbers = mp.Queue()
    worker = run(mp, until_none, numbers)
    send_signal_later("INT")
    try:
        worker.join()
    except KeyboardInterrupt:
        numbers.put(None)
        worker.join()
        return 42
    return 0


def ctrl_c_by_another_name(mp):
    numbers = mp.Queue()
    worker = run(mp, until_none, numbers)
    send_signal_later("INT")
    ends = KeyboardInterrupt, Stop
    try:
        worker.join()
    except ends:
        numbers.put(None)
        worker.join()
        return 42
    return 0


def ctrl_c_suppressed(mp):
    numbers = mp.Queue()
    worker = run(mp, until_none, numbers)
    send_signal_later("INT")
    with contextlib.suppress(KeyboardInterrupt):
        worker.join()
    numbers.put(None)
    worker.join()
    return 42


def ctrl_c_handler(mp):
    numbers, answers = asked(mp)
    signal.signal(signal.SIGINT, lambda *_: numbers.put(21))
    send_signal_later("INT")
    return answers.get()


def wait_and_hear(answers, numbers, number):
    def hear(*_):
        raise Stop

    signal.signal(number, hear)
    answers.put(os.getpid())
    try:
        numbers.get()
    except Stop:
        answers.put(42)


def handler_in_child(mp, number=signal.SIGUSR1):
    answers, numbers = mp.Queue(), mp.Queue()
    run(mp, wait_and_hear, answers, numbers, number)
    send_signal_later(signal.Signals(number).name.removeprefix("SIG"), answers.get())
    return answers.get()


def sigusr2_in_child(mp):
    return handler_in_child(mp, signal.SIGUSR2)


def sigterm_in_child(mp):
    return handler_in_child(mp, signal.SIGTERM)


def wait_for_a_signal_in_a_thread(answers, numbers):
    """Blocked everywhere, as `sigwait` needs it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    threading.Thread(
        target=lambda: (signal.sigwait({signal.SIGUSR1}), numbers.put(21)), daemon=True
    ).start()
    answers.put(os.getpid())
    answers.put(numbers.get() * 2)


def sigwait_in_a_thread_of_a_child(mp):
    answers, numbers = mp.Queue(), mp.Queue()
    run(mp, wait_for_a_signal_in_a_thread, answers, numbers)
    send_signal_later("USR1", answers.get())
    return answers.get()


def wait_for_ctrl_c(answers, numbers):
    answers.put(os.getpid())
    try:
        numbers.get()
    except KeyboardInterrupt:
        answers.put(42)


def ctrl_c_in_child(mp):
    answers, numbers = mp.Queue(), mp.Queue()
    run(mp, wait_for_ctrl_c, answers, numbers)
    send_signal_later("INT", answers.get())
    return answers.get()


def wait_for_alarm(answers, numbers):
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LATER_S)
    try:
        numbers.get()
    except Stop:
        answers.put(42)


def alarm_in_child(mp):
    answers, numbers = mp.Queue(), mp.Queue()
    run(mp, wait_for_alarm, answers, numbers)
    return answers.get()


def die_of_alarm(numbers):
    signal.setitimer(signal.ITIMER_REAL, LATER_S)
    numbers.get()


def alarm_kills_child(mp):
    numbers = mp.Queue()
    child = run(mp, die_of_alarm, numbers)
    child.join()
    return 42 if child.exitcode == -signal.SIGALRM else child.exitcode


# --- whoever is merely slow ---


def slow_producer(mp):
    answers = mp.Queue()
    run(mp, put_later, answers, 42)
    return answers.get()


def wait_at(meeting, delay_s):
    time.sleep(delay_s)
    meeting.wait()


def late_at_a_barrier(mp):
    meeting = mp.Barrier(3)
    children = [run(mp, wait_at, meeting, delay_s) for delay_s in (0, LATER_S)]
    meeting.wait()
    for child in children:
        child.join()
    return 42


def poll_with_a_limit(mp):
    """A child has died, and the parent gives up by itself."""
    ready = mp.Event()
    run(mp, sys.exit, 0).join()
    until = time.monotonic() + LATER_S
    while not ready.is_set() and time.monotonic() < until:
        time.sleep(0.05)
    return 42


def get_with_a_timeout(mp):
    numbers = mp.Queue()
    try:
        return numbers.get(timeout=LATER_S)
    except queue.Empty:
        return 42


def write_flag(name):
    segment = shared_memory.SharedMemory(name)
    time.sleep(LATER_S)
    segment.buf[0] = 1
    segment.close()


def flag_in_shared_memory(mp):
    segment = shared_memory.SharedMemory(create=True, size=1)
    run(mp, write_flag, segment.name)
    while not segment.buf[0]:
        time.sleep(0.01)
    segment.close()
    segment.unlink()
    return 42


def lock_held_long(gate, ready):
    with gate:
        ready.set()
        time.sleep(LATER_S)


def long_held_lock(mp):
    gate, ready = mp.Lock(), mp.Event()
    run(mp, lock_held_long, gate, ready)
    ready.wait()
    with gate:
        return 42


def ticking(tasks):
    later(tasks.put, 42)


def slow_behind_a_manager(mp):
    with mp.Manager() as manager:
        tasks = manager.Queue()
        run(mp, ticking, tasks)
        return tasks.get()


class Clock:
    """Acts by itself, in the manager's process."""

    def __init__(self):
        self.ticks = queue.Queue()
        threading.Timer(LATER_S, self.ticks.put, (42,)).start()

    def get(self):
        return self.ticks.get()


def type_of_our_own(mp):
    with mp.Manager() as first:
        type(first).register("Clock", Clock)
    with mp.Manager() as manager:
        clock = manager.Clock()
        return clock.get()


class Poster:
    """A type of our own that puts into a queue of ours from the manager's process."""

    def post(self, end):
        threading.Timer(LATER_S, end.send, (42,)).start()


def manager_sends(mp):
    with mp.Manager() as first:
        type(first).register("Poster", Poster)
    with mp.Manager() as manager:
        ours, theirs = mp.Pipe(duplex=False)
        manager.Poster().post(theirs)
        return ours.recv()


def manager_whose_address_is_known(mp):
    """A program that belongs to nobody talks to the manager's server."""
    manager = mp.Manager()
    numbers = manager.Queue()
    about = {"exposed": ("put",), "authkey": bytes(manager._authkey)}
    code = (
        "import time; from multiprocessing.managers import AutoProxy, RebuildProxy, Token; "
        f"time.sleep({LATER_S}); token = Token('Queue', {manager.address!r}, "
        f"{numbers._token.id!r}); RebuildProxy(AutoProxy, token, 'pickle', {about!r}).put(42)"
    )
    in_background(shlex.join([sys.executable, "-c", code]))
    return numbers.get()


def full_then_read(mp):
    box, done = mp.Queue(1), mp.Queue()
    run(mp, fill, box, done)
    time.sleep(LATER_S)
    for _ in range(3):
        box.get()
    return done.get()


def fill(box, done):
    for n in range(3):
        box.put(n)
    done.put(42)


def killed_but_it_had_sent(numbers, ready):
    numbers.put("x" * 100)
    numbers.close()
    numbers.join_thread()
    ready.set()
    time.sleep(60)


def message_of_the_dead(mp):
    """A message that is whole is read, though its sender was killed."""
    numbers, ready = mp.Queue(), mp.Event()
    child = run(mp, killed_but_it_had_sent, numbers, ready)
    ready.wait()
    child.kill()
    child.join()
    time.sleep(LATER_S)
    return 42 if len(numbers.get()) == 100 else 0


PROGRAMS = [
    *(raw_thread, thread, timer, executor, sleeping_in_c, thread_pool, event_sets_lock_free),
    *(nobody_but_a_thread, slow_pickle, timer_in_child, own_thread_reads, raw_thread_in_child),
    *(thread_in_place_of_a_feeder, asyncio_in_child, asyncio_in_parent, plain_child),
    *(plain_subclass, raw_fork, daemonised_fork, daemonised_with_a_lock, subprocess_with_an_end),
    *(daemon_with_the_other_end, plain_grandchild, daemonised_grandchild, listener_in_child),
    *(orphan_of_a_child_that_is_let_go, sigwait_in_a_thread_of_a_child),
    *(program_in_child, sigterm_service, sigusr2_service, handler_puts),
    *(ctrl_c_service, ctrl_c_by_another_name, ctrl_c_suppressed, ctrl_c_handler),
    *(handler_in_child, sigusr2_in_child, sigterm_in_child, ctrl_c_in_child, alarm_in_child),
    *(alarm_kills_child, slow_producer, late_at_a_barrier, poll_with_a_limit, get_with_a_timeout),
    *(flag_in_shared_memory, long_held_lock, slow_behind_a_manager, type_of_our_own),
    *(manager_sends, manager_whose_address_is_known, full_then_read, message_of_the_dead),
]
OLDER = {  # what is there before the block -> who acts
    older_thread: server_thread,
    older_thread_alone: server_thread,
    executor_from_before: older_executor,
    loop_in_a_thread: older_loop,
    processes_from_before: older_processes,
}
# What acts is in the parent, and the start method makes no difference to it.
IN_THE_PARENT = {
    *(raw_thread, thread, timer, executor, sleeping_in_c, thread_pool, event_sets_lock_free),
    *(nobody_but_a_thread, slow_pickle, asyncio_in_parent, raw_fork, daemonised_fork),
    *(daemonised_with_a_lock, subprocess_with_an_end, daemon_with_the_other_end, handler_puts),
    *(sigusr2_service, ctrl_c_by_another_name, ctrl_c_suppressed, ctrl_c_handler),
    *(poll_with_a_limit, get_with_a_timeout, *OLDER),
}
