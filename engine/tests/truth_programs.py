"""Programs about which something false was said, or nothing. Spawned children import this."""

from __future__ import annotations

import ctypes
import itertools
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import types
from functools import partial
from multiprocessing import shared_memory
from queue import Empty

STOP = object()


class End:
    """A sentinel of the user's own."""


def run(mp, target, *args, **options):
    child = mp.Process(target=target, args=args, **options)
    child.start()
    return child


class Holder:
    def __init__(self, box):
        self.box = box

    def wait(self, orders):
        orders.get()


def wait_for_order(orders, *anything, **more):
    orders.get()


def given_somehow(mp, how):
    """The parent waits for what only the child could put, and the child for an order."""
    orders, box = mp.Queue(), mp.Queue()
    target = {
        "attribute": lambda: mp.Process(target=Holder(box).wait, args=(orders,)),
        "partial": lambda: mp.Process(target=partial(wait_for_order, orders, box=box)),
        "nested": lambda: mp.Process(target=wait_for_order, args=(orders, {"a": [({"b": box},)]})),
        "object": lambda: mp.Process(target=wait_for_order, args=(orders, Holder(box))),
    }[how]()
    target.start()
    box.get()


def kept_by_its_maker(mp):
    """Who has made the pipe holds the other end, and waits elsewhere."""
    mine, yours = mp.Pipe()
    run(mp, receive, yours).join()
    mine.close()


def receive(end):
    end.recv()


def leave(*anything):
    """Does nothing of what is awaited."""


def event_of_who_left(mp):
    ready = mp.Event()
    run(mp, leave, ready)
    ready.wait()


def tasks_of_who_left(mp):
    with mp.Manager() as manager:
        tasks = manager.JoinableQueue()
        tasks.put("one")
        run(mp, leave, tasks)
        tasks.join()


def queue_of_who_left(mp):
    numbers = mp.Queue()
    run(mp, leave, numbers)
    numbers.get()


def end_of_a_message(mp):
    """A pipe's end has travelled inside a message, and nobody knows where to."""
    orders, parcels = mp.Queue(), mp.Queue()
    ours, theirs = mp.Pipe()
    parcels.put(theirs)
    run(mp, wait_for_order, orders)
    time.sleep(0.3)
    ours.recv()


def consume(box, stop=None):
    while True:
        item = box.get()
        if item is STOP or item is stop:
            return


def sentinel_by_identity(mp, kind=object):
    box = mp.Queue()
    child = run(mp, consume, box)
    for item in (0, 1, kind()):
        box.put(item)
    child.join()


def own_sentinel(mp):
    sentinel_by_identity(mp, End)


def jobs_of_one_kind(mp):
    """Nothing but messages of one class: none of them is a sentinel."""
    box = mp.Queue()
    child = run(mp, consume, box)
    for _ in range(3):
        box.put(End())
    child.join()


def work(jobs):
    while True:
        if jobs.get() != 0:
            jobs.task_done()


def task_not_done(mp):
    jobs = mp.JoinableQueue()
    run(mp, work, jobs, daemon=True)
    for n in (5, 0, 2):
        jobs.put(n)
    jobs.join()


def die_in_a_put(box):
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGKILL)).start()
    box.put("x" * 4_000_000)
    time.sleep(5)


def half_a_message(mp):
    box = mp.Queue()
    run(mp, die_in_a_put, box).join()
    box.get()


def half_a_message_and_another_child(mp):
    """Another child lives, and waits, too."""
    box, orders = mp.Queue(), mp.Queue()
    run(mp, wait_for_order, orders)
    run(mp, die_in_a_put, box).join()
    box.get()


def show(value):
    print(value.value)


def add(total, meeting, rounds):
    meeting.wait()
    for _ in range(rounds):
        total.value += 1


def add_under_lock(total, meeting, rounds):
    meeting.wait()
    for _ in range(rounds):
        with total.get_lock():
            total.value += 1


def add_under_lock_in_a_line(total, meeting, rounds):
    meeting.wait()
    for _ in range(rounds):
        with total.get_lock(): total.value += 1  # noqa: E701  # fmt: skip


def add_or_look_on(total, meeting, rounds):
    """One adds, and the other only looks on."""
    adds, seen = meeting.wait() == 0, 0
    for _ in range(rounds):
        if adds:
            total.value += 1
        else:
            seen += total.value


class Point(ctypes.Structure):
    _fields_ = (("x", ctypes.c_int), ("y", ctypes.c_int))


def one(meeting):
    """When it is asked for, all have read, and nobody has written."""
    meeting.wait()
    return 1


def add_to(counts, item, meeting):
    """Which item is known only when it runs."""
    counts[item] += one(meeting)


def move(point, side, meeting):
    if side:
        point.x += one(meeting)
    else:
        point.y += one(meeting)


def add_to_own(counts, meeting, number):
    meeting.wait()
    for _ in range(300):
        counts[number] += 1


def forked_beside_a_thread(mp):
    """A thread holds a lock while the child is copied, with the lock as it is."""
    gate, held, go = threading.Lock(), threading.Event(), threading.Event()

    def hold():
        with gate:
            held.set()
            go.wait()

    threading.Thread(target=hold).start()
    held.wait()
    child = run(mp, take_thread_lock, gate)
    go.set()
    child.join()


def take_thread_lock(gate):
    gate_lock = gate
    with gate_lock:
        print("never")


def set_in_a_handler(mp):
    """The event is set by the very thread that waits for it, in the midst of the wait."""
    ready = mp.Event()
    handler = signal.signal(signal.SIGUSR1, lambda *_: ready.set())
    try:
        run(mp, send_usr1, os.getpid())
        ready.wait()
    finally:
        signal.signal(signal.SIGUSR1, handler)


def send_usr1(pid):
    time.sleep(0.3)
    os.kill(pid, signal.SIGUSR1)


def leave_with(code, end):
    os._exit(code)


def read(box):
    print(list(box.get()))


def take_one(box):
    box.get()


def handle_usr2(ready):
    heard = []
    signal.signal(signal.SIGUSR2, lambda *_: heard.append("usr2"))
    ready.set()
    time.sleep(1.5)
    print("heard", heard)


def become_another_program(ready):
    ready.set()
    os.execlp("sleep", "sleep", "30")


# --- a crash ---


def crash_in_memory(mp, shared, waits):
    """A child crashes; with `shared`, after it has opened what the parent shares."""
    block = shared_memory.SharedMemory(create=True, size=32)
    done = mp.Queue()
    try:
        run(mp, open_and_crash, block.name if shared else "", done).join()
        if waits:
            done.get()
    finally:
        block.close()
        block.unlink()


def open_and_crash(name, done):
    if name:
        shared_memory.SharedMemory(name=name).close()
    ctypes.memset(0, 0, 1)


# --- a loop that polls ---


def poll_the_dead(mp, how, dies):
    """The parent asks for what a child should have done, and has done with it after a while."""
    ready = {"flag": mp.Event, "queue": mp.Queue, "simple": mp.SimpleQueue}[how]()
    child = run(mp, *((die_first, ready) if dies else (keep, ready, 60)))
    if dies:
        child.join()
    for asked in itertools.count():
        if ready.is_set() if how == "flag" else not ready.empty():
            return
        if asked == 5:
            mp.stop()
        time.sleep(0.05)


def die_first(ready):
    os.kill(os.getpid(), signal.SIGKILL)


def ask(what, how):
    """Ask again and again, and do nothing else; a Queue's `get` gives up each time."""
    if how == "flag":
        while not what.is_set():
            time.sleep(0.02)
    elif how == "queue":
        while what.empty():
            time.sleep(0.02)
    elif how == "get":
        while True:
            try:
                what.get(timeout=0.02)
            except Empty:
                continue
            break
    elif how == "end":
        while not what.poll(0.02):
            pass
    elif how == "value":
        while what.value < LIMIT:
            time.sleep(0.02)
    elif how == "size":
        while True:
            if what.qsize() == 1:
                break
            time.sleep(0.02)
    elif how == "item":
        while not (what["ready"] or LIMIT < 0):
            time.sleep(0.02)
    elif how == "space":
        while not what.ready:
            time.sleep(0.02)


LIMIT = 7


def made_to_ask(mp, how):
    """(what a child asks, how the parent answers)"""
    if how == "end":
        ours, theirs = mp.Pipe()
        return theirs, partial(ours.send, 1)
    if how == "value":
        what = mp.Value("i", 0)
        return what, partial(setattr, what, "value", LIMIT)
    if how in ("item", "space"):
        manager = mp.Manager()
        what = manager.dict(ready=False) if how == "item" else manager.Namespace(ready=False)
        what_for = what.__setitem__ if how == "item" else partial(setattr, what)
        return what, partial(what_for, "ready", True)
    what = mp.Event() if how == "flag" else mp.Queue()
    return what, what.set if how == "flag" else partial(what.put, 1)


def child_asks_in_vain(mp, how):
    what, _ = made_to_ask(mp, how)
    run(mp, ask, what, how).join()


def child_asks_until(mp, how, who):
    """Somebody answers: late, where nothing else happens meanwhile."""
    what, answer = made_to_ask(mp, how)
    child = run(mp, *((answer_oneself, what) if who == "child itself" else (ask, what, how)))
    if who == "thread":
        threading.Timer(1.5, answer).start()
    elif who == "sibling":
        run(mp, answer_late, what)
    elif who == "parent":
        time.sleep(1.5)
        answer()
    child.join()


def answer_late(flag):
    time.sleep(1.5)
    flag.set()


def answer_oneself(flag):
    signal.signal(signal.SIGALRM, lambda *_: flag.set())
    signal.setitimer(signal.ITIMER_REAL, 1.5)
    ask(flag, "flag")


def asks_and_counts(flag):
    asked = 0
    while not flag.is_set() and asked < 60:
        time.sleep(0.02)
        asked += 1


def child_that_counts(mp):
    run(mp, asks_and_counts, mp.Event()).join()


def looks_again_and_again(numbers, found):
    """Reads the same, in loops that do something each time."""
    for _ in range(20):
        while True:
            if numbers["n"] == 1:
                break
            time.sleep(60)
    tries = 0
    while numbers["n"] == 1:
        time.sleep(0.05)
        tries += 1
        if tries == 40:
            break
    found.put(tries)


def child_that_looks_again_and_again(mp):
    found, numbers = mp.Queue(), mp.Manager().dict(n=1)
    run(mp, looks_again_and_again, numbers, found)
    return found.get()


# --- what no other process can reach ---


still_running = True


def run_on():
    while still_running:
        time.sleep(0.02)


def sets_its_own_variable(mp):
    global still_running
    child = run(mp, run_on)
    time.sleep(0.5)
    still_running = False
    try:
        child.join()
    finally:
        still_running = True


def runs_itself(mp):
    """Nothing of it is the parent's doing."""
    run(mp, run_on).join()


def wait_for_a_thread(stop, timeout=None):
    while not stop.wait(timeout):
        pass


def sets_its_own_event(mp):
    stop = threading.Event()
    child = run(mp, wait_for_a_thread, stop)
    time.sleep(0.5)
    stop.set()
    child.join()


def waits_for_another_copy(mp):
    jobs = queue.Queue()
    run(mp, jobs.put, 1).join()
    jobs.get()


def naps(mp):
    """It has no other threads, and waits for none."""
    run(mp, wait_for_a_thread, threading.Event(), 0.1).join()


def wait_for_a_signal(stop):
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    stop.wait()


def is_to_be_signalled(mp):
    run(mp, wait_for_a_signal, threading.Event()).join()


def leave_a_thread():
    threading.Thread(target=queue.Queue().get).start()


def waits_for_its_thread(mp):
    run(mp, leave_a_thread).join()


# --- random numbers ---


def draw(box, seed, count):
    import numpy as np

    if seed is not None:
        np.random.seed(seed)
    box.put(np.random.rand(count).tolist()[:3])


def keep_meeting(meeting):
    global the_meeting
    the_meeting = meeting


def meet_and_draw(n):
    import numpy as np

    the_meeting.wait()
    return np.random.rand()


def draws(mp, seeds, count):
    box = mp.Queue()
    children = [run(mp, draw, box, seed, count) for seed in seeds]
    found = {tuple(box.get()) for _ in children}
    for child in children:
        child.join()
    return len(found)


class Enough(Exception):
    pass


def asks_no_more(flag, orders, told):
    """A handler ends the loop: what follows is another wait."""

    def enough(*_):
        raise Enough

    signal.signal(signal.SIGTERM, enough)
    told.set()
    try:
        ask(flag, "flag")
    except Enough:
        time.sleep(orders)


def child_that_was_called_off(mp):
    flag, told = mp.Event(), mp.Event()
    child = run(mp, asks_no_more, flag, 60, told)
    told.wait()
    time.sleep(0.3)
    child.terminate()
    time.sleep(0.3)
    mp.stop()
    child.join()


def keep(ready, seconds):
    time.sleep(seconds)


def stop_myself(box):
    os.kill(os.getpid(), signal.SIGSTOP)
    box.put(1)


def stopped(mp):
    box = mp.Queue()
    run(mp, stop_myself, box)
    box.get()


def send_one(end):
    end.send(1)


def spin_at_the_end(mp):
    """The parent takes the end of the messages for an accident, and asks again."""
    ours, theirs = mp.Pipe(duplex=False)
    child = run(mp, send_one, theirs)
    theirs.close()
    child.join()
    while True:
        try:
            ours.recv()
        except EOFError:
            continue


# --- many ---


def many_wait(mp, count):
    """Each has said something, and waits for the same queue."""
    box = mp.Queue()
    children = [run(mp, say_and_get, box, n) for n in range(count)]
    for child in children:
        child.join()


def say_and_get(box, number):
    for line in range(5):
        print(number, "says", line)
    box.get()


def many_fail(mp, count):
    """Each ends in a way of its own, and none has put what is waited for."""
    box = mp.Queue()
    for number in range(count):
        run(mp, say_and_exit, box, number).join()
    box.get()


def say_and_exit(box, number):
    for line in range(5):
        print(number, "says", line)
    os._exit(number)


def many_in_turn(mp, count):
    """Each holds a lock and waits for that of its neighbour."""
    locks = [mp.Lock() for _ in range(count)]
    ready = mp.Barrier(count)
    children = [run(mp, hold_and_take, ready, locks[n], locks[n - 1]) for n in range(count)]
    for child in children:
        child.join()


def hold_and_take(ready, mine, next_one):
    with mine:
        ready.wait()
        next_one.acquire()


def say_and_wait(number):
    for line in range(5):
        print(number, "says", line)
    time.sleep(60)


# --- loops that ask what is shared, and who waits for a manager ---


def fail_or_leave(fails, *anything):
    if fails:
        raise ValueError("bad input")


def await_a_message(mp):
    ours, theirs = mp.Pipe()
    run(mp, receive, theirs)
    ours.poll(None)


def set_up(box):
    global its_box
    its_box = box


def take_from_box():
    return its_box.get()


def put_into_box():
    its_box.put(1)


def tasks_that_meet_too_late(mp):
    box = mp.Queue()
    with mp.Pool(2, set_up, (box,)) as pool:
        takers = [pool.apply_async(take_from_box) for _ in range(2)]
        pool.apply_async(put_into_box)
        takers[0].get()


def tasks_that_a_thread_frees(mp):
    box = mp.Queue()
    with mp.Pool(1, set_up, (box,)) as pool:
        first = pool.apply_async(take_from_box)
        threading.Timer(2, box.put, (1,)).start()
        first.get()


def release_or_fail(gate):
    raise TypeError("wrong")


def handed_over_to_who_fails(mp):
    gate = mp.Lock()
    gate.acquire()
    run(mp, release_or_fail, gate)
    gate.acquire()


def put_if_it_can(box, number):
    if number:
        box.put(number)


def one_put_nothing(mp):
    box = mp.Queue()
    for number in range(3):
        run(mp, put_if_it_can, box, number)
    for _ in range(3):
        box.get()


def signalled_too_early(mp):
    box = mp.Queue()
    child = mp.Process(target=take_one, args=(box,))
    child.start()
    os.kill(child.pid, signal.SIGUSR1)
    box.get()


def managed_tasks_not_done(mp):
    with mp.Manager() as manager:
        tasks = manager.Queue()
        for number in range(3):
            tasks.put(number)
        run(mp, do_some, tasks)
        tasks.join()


def do_some(tasks):
    for _ in range(3):
        if tasks.get() != 1:
            tasks.task_done()


def managed_party_missing(mp):
    with mp.Manager() as manager:
        gate = manager.Barrier(3)
        for child in [run(mp, pass_gate, gate) for _ in range(2)]:
            child.join()


def pass_gate(gate):
    gate.wait()


def sleep_and_wait(ready):
    time.sleep(0.5)
    ready.wait()


def sleep_and_wait_inside(ready):
    time.sleep(0.5)
    with ready:
        ready.wait()


def managed_notified_too_early(mp):
    with mp.Manager() as manager:
        ready = manager.Condition()
        child = run(mp, sleep_and_wait_inside, ready)
        with ready:
            ready.notify()
        child.join()


def pool_of_its_own(mp):
    with mp.Pool(1) as pool:
        return pool.map(abs, [-1, 2])


def outlive_terminate(ready, ends):
    signal.signal(signal.SIGTERM, lambda *about: sys.exit() if ends else None)
    ready.set()
    while True:
        time.sleep(0.05)


def terminated_in_vain(mp, ends=False):
    ready = mp.Event()
    child = run(mp, outlive_terminate, ready, ends)
    ready.wait()
    child.terminate()
    child.join()


def set_and_cleared_too_early(mp):
    ready = mp.Event()
    child = run(mp, sleep_and_wait, ready)
    ready.set()
    ready.clear()
    child.join()


def wait_twice(ready, again):
    ready.wait()
    again.wait()
    ready.wait()


def heard_once(mp):
    """The first signal was heard; the second has never come."""
    ready, again = mp.Event(), mp.Event()
    child = run(mp, wait_twice, ready, again)
    time.sleep(0.5)
    ready.set()
    ready.clear()
    again.set()
    child.join()


def change_copies(table):
    table["a"].append(1)
    table["b"]["x"] = 2
    for _ in range(2): table.get("a").append(3)  # fmt: skip  # noqa: E701


def change_and_keep(table):
    row = table["a"]
    row.append(1)
    table["a"] = row
    table["b"] = {**table["b"], "x": 2}


def change_what_is_mine(table):
    """What a manager gives is only read: what is changed in the same line is the program's."""
    mine, keeper = {"a": [], "b": {}}, types.SimpleNamespace(rows=[])
    mine["a"].append(table["a"])
    mine["b"]["x"] = table["b"]
    keeper.rows.append(table["a"])
    mine["a"][0] += table["a"]
    table["c"] = File()
    table["c"].remove()


class File:
    """Its `remove` changes no part of it."""

    def remove(self):
        pass


def in_a_manager(mp, change, managed):
    with mp.Manager() as manager:
        table = manager.dict()
        table["a"] = manager.list() if managed else []
        table["b"] = manager.dict() if managed else {}
        run(mp, change, table).join()
        return list(table["a"]), dict(table["b"])


def read_only_then(sizes):
    """The line of the program's own, not that of `subprocess`, is where one may mend it."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    sizes.put(process.pid)
    process.wait()


def wait_for_another_program(mp):
    sizes = mp.Queue()
    child = run(mp, read_only_then, sizes)
    sizes.get()
    child.join()


def add_after_all_have_read(shelf, number, space, meeting):
    """What is updated is read first; so both have read before either writes."""
    shelf["n"] += 1 + 0 * meeting.wait()
    shelf["word"] = shelf.get("word", 0) + 1 + 0 * meeting.wait()
    number.value += 1 + 0 * meeting.wait()
    space.n += 1 + 0 * meeting.wait()


def add_in_two_lines(shelf, number, space, total, meeting):
    """As people write it who look at the value before they set it."""
    n = shelf["n"]
    meeting.wait()
    shelf["n"] = n + 1
    known = number.value
    meeting.wait()
    number.value = 1 + known
    old = space.n
    meeting.wait()
    space.n = old + 1
    count = total.value
    meeting.wait()
    total.value = count + 1


def set_what_is_new(shelf, number, space, total, meeting):
    """What is set has nothing to do with what was read, or is read and set under a lock."""
    for _ in range(3):
        n = shelf["n"]
        meeting.wait()
        n = 5
        shelf["n"] = n + 1
        known = number.value
        meeting.wait()
        number.value = 7
        print(n, known)
        space.n = max(space.n, 3 + 0 * meeting.wait())  # whoever comes last sets the same
        total.value = 0
        n = total.value
        meeting.wait()
        total.value = 3
        with total.get_lock():
            count = total.value
            total.value = count + 1


def add_in_turn(shelf, number, space, lock):
    for _ in range(50):
        with lock:
            shelf["n"] += 1
        with lock:
            shelf["word"] = shelf.get("word", 0) + 1
        with lock:
            number.value += 1
        with lock:
            space.n += 1
