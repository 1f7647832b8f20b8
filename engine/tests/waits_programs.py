"""Programs that wait for ever, each beside one that looks alike and is healthy.

A program gets the context `mp`.  Standard library only: spawned children import this.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from multiprocessing import util

BIG = 1_000_000


def run(mp, target, *args, **options):
    child = mp.Process(target=target, args=args, **options)
    child.start()
    return child


def join_all(*children):
    for child in children:
        child.join()


# --- workers ---


def nothing(*args):
    """End well."""


def put(channel, *items):
    for item in items:
        channel.put(item)


def give_up_when_full(box, reports):
    try:
        for n in range(10):
            box.put(n, timeout=1.2)
    except queue.Full:
        reports.put("full")


def send(end, *items):
    for item in items:
        end.send(item)


def send_then_receive(end, size):
    end.send(bytes(size))
    end.recv()


def read_until_none(numbers):
    while numbers.get() is not None:
        pass


def read_until_end(reader):
    with contextlib.suppress(EOFError):
        while True:
            reader.recv()


def get_once(channel):
    return channel.get()


def take_both(first, second, meeting):
    with first:
        meeting.wait()
        with second:
            pass


def take_both_in_turn(first, second, meeting):
    meeting.wait()
    with first, second:
        pass


def die_with(lock, ready):
    lock.acquire()
    ready.set()
    os.kill(os.getpid(), signal.SIGKILL)


def fail_with(lock, ready):
    with lock:
        ready.set()
        raise ValueError("no luck")


def take(lock):
    with lock:
        pass


def wait_at(meeting):
    meeting.wait()


def call(functions, answers):
    answers.put(functions.get()())


# --- join before drain ---


def join_before_drain(mp):
    box = mp.Queue()
    child = run(mp, put, box, "x" * BIG)
    child.join()
    box.get()


def drain_before_join(mp):
    box = mp.Queue()
    child = run(mp, put, box, "x" * BIG)
    box.get()
    child.join()


# --- both ends send ---


def both_ends_send(mp, size=BIG):
    ours, theirs = mp.Pipe()
    child = run(mp, send_then_receive, theirs, size)
    ours.send(bytes(size))
    ours.recv()
    child.join()


def both_ends_send_little(mp):
    both_ends_send(mp, size=100)


# --- lock order ---


def opposite_order(mp, left=None, right=None):
    left, right, meeting = left or mp.Lock(), right or mp.Lock(), mp.Barrier(2)
    one = run(mp, take_both, left, right, meeting)
    join_all(one, run(mp, take_both, right, left, meeting))


def same_order(mp):
    left, right, meeting = mp.Lock(), mp.Lock(), mp.Barrier(2)
    children = [run(mp, take_both_in_turn, left, right, meeting) for _ in range(2)]
    join_all(*children)


def same_lock_twice(mp):
    gate = mp.Lock()
    with gate:
        gate.acquire()


def same_rlock_twice(mp):
    gate = mp.RLock()
    with gate, gate:
        pass


# --- the holder of a lock has ended ---


def holder_dies(mp, how=die_with, gate=None):
    gate, ready = gate or mp.Lock(), mp.Event()
    run(mp, how, gate, ready).join()
    ready.wait()
    run(mp, take, gate).join()


def holder_fails(mp):
    holder_dies(mp, how=fail_with)


# --- waiting for a child that has ended ---


def child_has_ended(mp, items=()):
    numbers, orders = mp.Queue(), mp.Queue()
    run(mp, put, numbers, *items)
    idle = run(mp, get_once, orders)
    numbers.get()
    orders.put(None)
    idle.join()


def child_puts_before_it_ends(mp):
    child_has_ended(mp, items=(1,))


# --- a sentinel too few ---


def sentinel_too_few(mp, sentinels=2):
    numbers = mp.Queue()
    readers = [run(mp, read_until_none, numbers) for _ in range(3)]
    for number in range(5):
        numbers.put(number)
    for _ in range(sentinels):
        numbers.put(None)
    join_all(*readers)


def sentinel_too_few_in_a_pipe(mp, sentinels=1):
    """One reader after the other: two at the same time may tear a message apart."""
    theirs, ours = mp.Pipe(duplex=False)
    for left in (sentinels, sentinels - 1):
        reader = run(mp, receive_until_none, theirs)
        for message in [1, 2, *[None] * (left > 0)]:
            ours.send(message)
        join_all(reader)


def receive_until_none(end):
    for _ in iter(end.recv, None):
        pass


def read_three(numbers):
    for _ in range(3):
        numbers.get()


def a_message_too_few(mp, count=5):
    """Each reads three: the last of them is no sentinel."""
    numbers = mp.Queue()
    for messages in (range(3), range(3, count)):
        reader = run(mp, read_three, numbers)
        for message in messages:
            numbers.put(message)
        join_all(reader)


def enough_messages(mp):
    a_message_too_few(mp, count=6)


def enough_sentinels_in_a_pipe(mp):
    sentinel_too_few_in_a_pipe(mp, sentinels=2)


def enough_sentinels(mp):
    sentinel_too_few(mp, sentinels=3)


# --- nobody holds the other end ---


def nobody_has_it(mp, passed=False):
    orders, answers, other = mp.Queue(), mp.Queue(), mp.Queue()
    orders.put(1)
    run(mp, call_back, orders, answers if passed else other)
    answers.get()
    orders.put(None)


def call_back(orders, answers):
    while (order := orders.get()) is not None:
        answers.put(order)


def somebody_has_it(mp):
    nobody_has_it(mp, passed=True)


# --- an end of file that cannot come ---


def reader_keeps_writer(mp):
    """The reader is the parent, and so is the holder."""
    reader, writer = mp.Pipe(duplex=False)
    run(mp, send, writer, 1, 2)
    read_until_end(reader)


def reader_closes_writer(mp):
    reader, writer = mp.Pipe(duplex=False)
    run(mp, send, writer, 1, 2)
    writer.close()
    read_until_end(reader)


def parent_keeps_writer(mp, close=False):
    """The reader is a child, and the holder the parent, who waits for it."""
    reader, writer = mp.Pipe(duplex=False)
    child = run(mp, read_until_end, reader)
    writer.send(1)
    if close:
        writer.close()
    child.join()


def parent_closes_reader_only(mp):
    """It has the pipe, not a second one: to close the end that it reads from changes nothing."""
    reader, writer = mp.Pipe(duplex=False)
    child = run(mp, read_until_end, reader)
    reader.close()
    writer.send(1)
    child.join()


def parent_closes_writer(mp):
    """Healthy, but not under fork: there, the child has a copy of the writer."""
    parent_keeps_writer(mp, close=True)


# --- what was put, and never sent ---


class Slow:
    """Takes long to pickle, in the feeder thread, so that the process is gone before."""

    def __reduce__(self):
        time.sleep(60)
        return Slow, ()


def put_and_leave(box, first, wait):
    for thing in (first() if first else 1, 2):
        box.put(thing)
    if wait:
        box.close()
        box.join_thread()
    os._exit(0)


def leaves_with_a_full_buffer(mp, first=Slow, wait=False):
    box = mp.Queue()
    run(mp, put_and_leave, box, first, wait)
    box.get()
    box.get()


def leaves_with_an_empty_buffer(mp):
    leaves_with_a_full_buffer(mp, first=None, wait=True)


# --- a barrier with a party missing ---


def party_missing(mp, parties=3):
    meeting = mp.Barrier(parties)
    join_all(*[run(mp, wait_at, meeting) for _ in range(2)])


def no_party_missing(mp):
    party_missing(mp, parties=2)


# --- a queue poisoned by a killed reader ---


def poisoned_queue(mp, inside=True):
    numbers, ready = mp.Queue(), mp.Event()
    child = run(mp, get_once if inside else set_and_sleep, numbers if inside else ready)
    if inside:
        wait_until_it_waits(mp, "child-1")
    else:
        ready.wait()
    child.kill()
    child.join()
    numbers.put(1)
    numbers.get()


def put_and_sleep(numbers, ready):
    numbers.put(1)
    set_and_sleep(ready)


def set_and_sleep(ready):
    ready.set()
    time.sleep(60)


def wait_until_it_waits(mp, label):
    while (standing := mp.account().standings.get(label)) is None or standing.wait is None:
        time.sleep(0.02)
    time.sleep(0.1)  # it says so a moment before it does


def not_poisoned_queue(mp):
    poisoned_queue(mp, inside=False)


# --- half a message ---


def half_a_message(mp, size=BIG):
    reader, writer = mp.Pipe(duplex=False)
    child = run(mp, send, writer, bytes(size))
    if size == BIG:
        wait_until_it_waits(mp, "child-1")
        child.kill()
    child.join()
    reader.recv()


def whole_message(mp):
    half_a_message(mp, size=100)


# --- a name that only the notebook knows ---


def notebook_function(mp):
    functions, answers = mp.Queue(), mp.Queue()
    functions.put(sys.modules["__main__"].only_here)
    run(mp, call, functions, answers)
    answers.get()


def importable_function(mp):
    functions, answers = mp.Queue(), mp.Queue()
    functions.put(nothing)
    run(mp, call, functions, answers)
    answers.get()


# --- slow, but healthy: somebody acts after a while ---

WHILE_S = 1.0


def put_from_thread(numbers, answers):
    threading.Timer(WHILE_S, numbers.put, (1,)).start()
    answers.put(numbers.get())


def put_from_thread_of_a_closed_queue(numbers, answers):
    answers.put(0)
    answers.close()
    answers.join_thread()  # this thread ends, and another begins
    threading.Timer(WHILE_S, numbers.put, (1,)).start()
    numbers.get()


def put_from_grandchild(numbers, answers):
    if os.fork() == 0:
        time.sleep(WHILE_S)
        numbers.put(1)
        numbers.close()
        numbers.join_thread()
        os._exit(0)
    answers.put(numbers.get())


def put_from_program(reader, answers):
    """Another program writes to the pipe: 4 bytes of length, then a pickle."""
    source, sink = os.pipe()
    script = f"import os,time; time.sleep({WHILE_S}); os.write({sink}, b'x')"
    subprocess.Popen([sys.executable, "-c", script], pass_fds=[sink])
    os.read(source, 1)
    answers.put(1)


def wait_with_alarm(numbers, answers):
    def late(number, frame):
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, WHILE_S)
    with contextlib.suppress(TimeoutError):
        numbers.get()
    answers.put(1)


def wait_with_timeout(numbers, answers):
    with contextlib.suppress(Exception):
        numbers.get(timeout=WHILE_S)
    answers.put(1)


def sleep_then_put(numbers, answers):
    time.sleep(WHILE_S)
    answers.put(1)


def poll_then_put(numbers, answers):
    numbers._reader.poll(WHILE_S)
    answers.put(1)


def child_acts_later(mp, worker):
    numbers, answers = mp.Queue(), mp.Queue()
    run(mp, worker, numbers, answers)
    answers.get()


def leave_slowly(box, size):
    """At its end, with something that nobody has read yet, but all of it in the pipe."""
    util.Finalize(None, time.sleep, (WHILE_S,), exitpriority=1)
    box.put("x" * size)


def child_leaves_slowly(mp, size=10):
    box = mp.Queue()
    run(mp, leave_slowly, box, size).join()
    box.get()


def child_leaves_slowly_and_much(mp):
    child_leaves_slowly(mp, size=10_000)


def nap():
    time.sleep(WHILE_S)


def barrier_acts(mp):
    """All have come, and one of them runs the barrier's action, inside wait()."""
    meeting = mp.Barrier(2, nap)
    join_all(*[run(mp, wait_at, meeting) for _ in range(2)])


def child_joins_later(mp, worker=put_from_thread_of_a_closed_queue):
    numbers, answers = mp.Queue(), mp.Queue()
    child = run(mp, worker, numbers, answers)
    answers.get()
    child.join()


def plain_child_acts_later(mp):
    """A process of the plain context keeps no log."""
    numbers, answers = mp.Queue(), mp.Queue()
    run(mp, put_what_comes, numbers, answers)
    plain = multiprocessing.get_context(mp.get_start_method())
    plain.Process(target=put_after_a_while, args=(numbers,)).start()
    answers.get()


def put_after_a_while(numbers):
    time.sleep(WHILE_S)
    numbers.put(1)


def parents_thread_acts_later(mp):
    numbers, answers = mp.Queue(), mp.Queue()
    run(mp, put_what_comes, numbers, answers)
    threading.Timer(WHILE_S, numbers.put, (1,)).start()
    answers.get()


def put_what_comes(numbers, answers):
    answers.put(numbers.get())


def started_late(mp):
    """A process that is still starting may do anything."""
    numbers, answers = mp.Queue(), mp.Queue()
    run(mp, put_what_comes, numbers, answers)
    wait_until_it_waits(mp, "child-1")
    stop(run(mp, put, numbers, 1))
    answers.get()


def stopped_for_a_while(mp):
    """A child that is stopped (Ctrl-Z) is not one that waits."""
    ready, answers = mp.Event(), mp.Queue()
    child = run(mp, wait_and_put, ready, answers)
    wait_until_it_waits(mp, "child-1")
    stop(child)
    ready.set()
    answers.get()


def stopped_before_its_message(mp):
    """Where one cannot see who is stopped, the message that is on its way makes one doubt."""
    numbers, answers = mp.Queue(), mp.Queue()
    child = run(mp, put_what_comes, numbers, answers)
    wait_until_it_waits(mp, "child-1")
    os.kill(child.pid, signal.SIGSTOP)
    numbers.put(1)
    answers.get()


def wait_and_put(ready, answers):
    ready.wait()
    answers.put(1)


stopped = queue.SimpleQueue()  # processes that `let_go_on` is to wake up


def stop(child):
    os.kill(child.pid, signal.SIGSTOP)
    stopped.put(child.pid)


def let_go_on():
    """In a thread that was there before the block: it seems to be none of the block's."""
    pid = stopped.get()
    time.sleep(WHILE_S)
    os.kill(pid, signal.SIGCONT)


def call_a_slow_manager(mp):
    with mp.Manager() as manager:
        tasks, answers = manager.Queue(), mp.Queue()
        run(mp, put_what_comes, tasks, answers)
        run(mp, sleep_then_put, answers, tasks)
        answers.get()


# --- a wait behind what threads do ---


def wait_behind_a_flood(mp, count):
    """The main thread waits; another thread of the parent goes on for a while, and ends."""
    box, other = mp.Queue(), mp.Event()
    thread = threading.Thread(target=lambda: [other.set() for _ in range(count)])
    threading.Timer(0.3, thread.start).start()
    box.get()


# --- once more, in another guise ---


def managed_holder_dies(mp):
    """The lock is a manager's, which does not know for whom it has locked."""
    manager = mp.Manager()
    gate = manager.Lock()
    holder_dies(mp, gate=gate)


def managed_holder_fails(mp):
    manager = mp.Manager()
    gate = manager.Lock()
    holder_dies(mp, fail_with, gate)


def managed_locks_in_opposite_order(mp):
    manager = mp.Manager()
    left, right = manager.Lock(), manager.Lock()
    opposite_order(mp, left, right)


def joined_under_a_lock(mp, gate=None):
    gate = gate or mp.Lock()
    with gate:
        run(mp, take, gate).join()


def joined_under_an_rlock(mp):
    gate = mp.RLock()
    with gate:
        child = run(mp, take, gate)
    child.join()


def lambda_put(mp, item=print):
    box = mp.Queue()
    run(mp, put, box, lambda: 0) if item is print else run(mp, put, box, item)
    box.get()


def nothing_but_data_put(mp):
    lambda_put(mp, 1)


def serve_in_a_loop(end):
    async def tick():
        await asyncio.sleep(0.1)
        end.send("tick")

    async def serve():
        task = asyncio.create_task(tick())
        await asyncio.sleep(0)
        end.recv()
        await task

    asyncio.run(serve())


def child_blocks_its_loop(mp):
    ours, theirs = mp.Pipe()
    run(mp, serve_in_a_loop, theirs)
    ours.recv()


def child_is_answered(mp):
    ours, theirs = mp.Pipe()
    child = run(mp, serve_in_a_loop, theirs)
    ours.send("tock")
    ours.recv()
    child.join()


def managed_locks_in_the_same_order(mp):
    manager = mp.Manager()
    left, right, meeting = manager.Lock(), manager.Lock(), mp.Barrier(2)
    join_all(*(run(mp, take_both_in_turn, left, right, meeting) for _ in range(2)))


def release_when(gate, go):
    go.wait()
    gate.release()


def handed_over(mp, how=die_with):
    """Who has taken the lock first does not hold it: another process has given it back."""
    gate, go, ready = mp.Lock(), mp.Event(), mp.Event()
    gate.acquire()
    helper = run(mp, release_when, gate, go)
    go.set()
    helper.join()
    run(mp, how, gate, ready).join()
    gate.acquire()


def handed_over_and_back(mp):
    handed_over(mp, fail_with)


def slots_lost(mp, how=die_with):
    """Two slots, and each has gone with its holder."""
    slots, ready = mp.Semaphore(2), mp.Event()
    join_all(run(mp, how, slots, ready), run(mp, how, slots, ready))
    slots.acquire()


def slots_given_back(mp):
    slots_lost(mp, fail_with)


def notify(changed):
    with changed:
        changed.notify()


def notified_too_early(mp):
    changed = mp.Condition()
    run(mp, notify, changed).join()
    with changed:
        changed.wait()


def notified_in_time(mp):
    changed = mp.Condition()
    with changed:
        child = run(mp, notify, changed)
        changed.wait()
    child.join()


def never_started(mp, start=False):
    numbers = mp.Queue()
    child = mp.Process(target=put, args=(numbers, 1))
    if start:
        child.start()
    numbers.get()


def started(mp):
    never_started(mp, start=True)


def wait_in(changed, ready):
    with changed:
        ready.set()
        changed.wait()


def waiter_killed(mp, kills=True):
    """Who notifies waits until those whom it wakes have woken."""
    changed, ready = mp.Condition(), mp.Event()
    child = run(mp, wait_in, changed, ready)
    ready.wait()
    with changed:  # which the child has given back, as it waits
        pass
    if kills:
        child.kill()
        child.join()
    with changed:
        changed.notify_all()


def waiter_lives(mp):
    waiter_killed(mp, kills=False)


def block_the_loop(mp, wait=None):
    """The message that is waited for is to be sent by another task of the same loop."""
    numbers, answers = mp.Queue(), mp.Queue()
    run(mp, put_what_comes, numbers, answers)

    async def ask():
        await asyncio.sleep(0.1)
        numbers.put(1)

    async def hear():
        return await wait(answers.get) if wait else answers.get()

    async def both():
        await asyncio.gather(ask(), hear())

    asyncio.run(both())


def wait_in_a_thread(mp):
    block_the_loop(mp, asyncio.to_thread)


# --- a loop that does nothing but ask ---


def ask_for_a_flag(mp, how):
    ready = mp.Event()
    run(mp, how, ready)
    while not ready.is_set():
        time.sleep(0.05)


def leave(ready):
    os._exit(3)


def flag_never_set(mp):
    ask_for_a_flag(mp, leave)


def set_late(ready):
    time.sleep(1)
    ready.set()


def flag_set_late(mp):
    ask_for_a_flag(mp, set_late)


def get_again_and_again(mp, worker=nothing):
    numbers, found = mp.Queue(), []
    run(mp, worker, numbers)
    while len(found) < 1:
        try:
            found.append(numbers.get(timeout=0.05))
        except queue.Empty:
            continue
        print("found")


def found_late(mp):
    get_again_and_again(mp, put_after_a_while)


def ask_for_the_end(mp, read=False):
    box = mp.Queue()
    child = run(mp, put, box, "x" * BIG)
    if read:
        box.get()
    while child.is_alive():
        child.join(0.05)


def ask_for_the_exit_code(mp, read=False):
    box = mp.Queue()
    child = run(mp, put, box, "x" * BIG)
    if read:
        box.get()
    while child.exitcode is None:
        time.sleep(0.05)


def ask_for_the_exit_code_and_read(mp):
    ask_for_the_exit_code(mp, read=True)


def ask_for_the_end_and_read(mp):
    ask_for_the_end(mp, read=True)
