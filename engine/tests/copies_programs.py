"""Children that change their copies of something: for nothing, or for a reason of their own."""

from __future__ import annotations

import functools
import logging
import os
import random
from collections import Counter, defaultdict, deque

found: list[int] = []
count = 0
squares: dict[int, int] = {}
grid = [[0] * 3 for _ in range(3)]
memo: dict[int, int] = {}
connection = None
queue = None
in_worker = False
rank = 0
jobs = [1, 2, 3]
settings = {"depth": 1}
tally: Counter[str] = Counter()
handlers: list[str] = []


def run_all(mp, target, *args, children=2):
    processes = [mp.Process(target=target, args=(n, *args)) for n in range(children)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


# --- for nothing: (program, what is said of what) ---


def find(number):
    found.append(number)


def fill_a_global_list(mp):
    run_all(mp, find)
    print("found", found)


def count_up(number):
    global count
    for _ in range(100):
        count += 1


def count_in_a_global(mp):
    run_all(mp, count_up)
    assert count == 0


def add_to(number, results):
    results[number] = number * number


def fill_a_dict(mp):
    results = {}
    run_all(mp, add_to, results)
    for key, value in sorted(results.items()):
        print(key, value)


def fill_one_list(mp):
    lines = []
    child = mp.Process(target=lines_of, args=(lines,))
    child.start()
    child.join()
    return lines


def lines_of(lines):
    lines += ["a", "b", "c"]


class Summer:
    def __init__(self):
        self.total, self.answer, self.seen = 0, None, set()

    def work(self, number):
        self.total += number + 1
        self.answer = 42
        self.seen.add(number)

    def go(self, mp):
        run_all(mp, self.work)


def sum_in_an_object(mp):
    summer = Summer()
    summer.go(mp)
    print(summer.total, summer.answer, len(summer.seen))


def fill_row(number):
    for column in range(3):
        grid[number][column] = 1


def fill_a_matrix(mp):
    run_all(mp, fill_row)
    print(sum(map(sum, grid)))


def count_words(number):
    tally["word"] += 1
    squares[number] = number


def fill_a_counter(mp):
    run_all(mp, count_words)
    report()
    return len(squares), tally["word"]


def report():
    print("done")


# --- for a reason of their own ---


def cached(number):
    if number not in memo:
        memo[number] = number * number
    return memo[number]


def use_cache(number, results):
    results.put(cached(number))


def a_cache_in_each_process(mp):
    results = mp.SimpleQueue()
    run_all(mp, use_cache, results)
    return cached(3), results.get(), results.get()


def solve(number, known):
    if number < 2:
        return number
    if number not in known:
        known[number] = solve(number - 1, known) + solve(number - 2, known)
    return known[number]


def a_memo_that_is_passed_on(mp):
    known = {}
    run_all(mp, solve, known, children=5)
    return solve(5, known)


def connect():
    global connection
    if connection is None:
        connection = "connected"
    return connection


def use_connection(number):
    connect()


def a_lazy_singleton(mp):
    run_all(mp, use_connection)
    if connection is not None:
        print("close it")


def set_up(number, box):
    global queue, in_worker, rank
    queue, in_worker, rank = box, True, number
    queue.put(number)


def set_up_by_globals(mp):
    box = mp.Queue()
    run_all(mp, set_up, box)
    queue = [box.get(), box.get()]
    if not in_worker and rank == 0:
        print(sorted(queue))


def count_and_send(number, box):
    global count
    for _ in range(100):
        count += 1
    box.put(count)


def a_counter_that_is_sent(mp):
    global count
    box = mp.Queue()
    run_all(mp, count_and_send, box)
    count += box.get()
    count += box.get()
    print(count)
    count = 0


def a_counter_of_the_same_name(mp):
    box = mp.Queue()
    run_all(mp, count_and_send, box)
    count = box.get() + box.get()
    print(count)


def send_found(number, box, found):
    found.append(number)
    box.put(found)


def results_that_are_collected(mp):
    box, results = mp.Queue(), []
    run_all(mp, send_found, box, results)
    for _ in range(2):
        results.extend(box.get())
    print(results)


def results_under_the_same_name(mp):
    box, results = mp.Queue(), []
    children = [mp.Process(target=send_found, args=(n, box, results)) for n in range(2)]
    for child in children:
        child.start()
    results = [box.get() for _ in children]
    for child in children:
        child.join()
    print(results)


def use_up(number, work):
    while work:
        work.pop()


def jobs_that_are_used_up(mp):
    work = deque(jobs)
    run_all(mp, use_up, work)
    print("done:", len(work), jobs)


def put_in_order(number, numbers):
    numbers.sort()
    random.shuffle(numbers)
    numbers.sort(reverse=True)


def a_list_that_is_sorted(mp):
    numbers = [3, 1, 2]
    run_all(mp, put_in_order, numbers)
    print(numbers)


def log_to_list(number):
    logging.getLogger("copies").addHandler(logging.NullHandler())
    handlers.append("null")
    random.seed(number)
    os.environ["COPIES"] = str(number)


def handlers_and_random_state(mp):
    run_all(mp, log_to_list)
    return random.random(), logging.getLogger("copies").handlers, os.environ.get("COPIES")


def change_settings(number):
    global settings
    settings = {"depth": number}


def settings_of_its_own(mp):
    """The parent gives its own anew before it reads them."""
    global settings
    run_all(mp, change_settings)
    settings = {"depth": 1}
    print(settings)


class Service:
    def __init__(self):
        self.handled, self.log, self.groups = 0, [], defaultdict(list)

    def serve(self, number, box):
        for _ in range(3):
            self.handled += 1
            self.log.append(number)
            self.groups[number].append(1)
        box.put((self.handled, len(self.log), len(self.groups)))


def a_service_that_reports(mp):
    box, service = mp.Queue(), Service()
    run_all(mp, service.serve, box)
    print(box.get(), box.get())


class Gauge:
    total = 7


def an_attribute_of_something_else(mp):
    """The child counts up its service's; the parent reads that of a gauge."""
    summer, gauge = Summer(), Gauge()
    summer.go(mp)
    print(gauge.total)


@functools.lru_cache
def slow(number):
    return number


def use_lru_cache(number):
    slow(number)


def a_functools_cache(mp):
    run_all(mp, use_lru_cache)
    print(slow.cache_info().currsize >= 0)


def read_before(mp):
    print(found)
    run_all(mp, find)


def pass_on(mp):
    """What the children leave of it does not matter: the next ones get it as it was."""
    numbers = [1]
    run_all(mp, add_to_list, numbers)
    run_all(mp, add_to_list, numbers)


def add_to_list(number, numbers):
    numbers.append(number)


FOR_NOTHING = [
    (fill_a_global_list, ["found: child-1 and child-2 changed their copies"]),
    (count_in_a_global, ["count: child-1 and child-2 changed their copies"]),
    (fill_a_dict, ["results: child-1 and child-2 changed their copies"]),
    (fill_one_list, ["lines: child-1 added 3 things to its copy"]),
    (
        sum_in_an_object,
        [f"{name}: child-1 and child-2 changed" for name in ("total", "answer", "seen")],
    ),
    (fill_a_counter, [f"{name}: child-1 and child-2 changed" for name in ("squares", "tally")]),
]
FOR_A_REASON = [
    *(a_cache_in_each_process, a_memo_that_is_passed_on, a_lazy_singleton, set_up_by_globals),
    *(a_counter_that_is_sent, a_counter_of_the_same_name, results_that_are_collected),
    *(results_under_the_same_name, jobs_that_are_used_up, a_list_that_is_sorted),
    *(handlers_and_random_state, settings_of_its_own, a_service_that_reports, a_functools_cache),
    *(read_before, pass_on, an_attribute_of_something_else),
]


# --- what is done to find out leaves no trace ---


def joined(mp):
    """Whose the list is, is asked when its child has ended: all variables around are looked at."""
    child = mp.Process(target=add_one, args=([],))
    child.start()
    child.join()


def add_one(numbers):
    numbers.append(1)
