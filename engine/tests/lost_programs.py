"""Programs that lose something, and nobody says so; and others like them that lose nothing.

Spawned children import this.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from multiprocessing.shared_memory import ShareableList, SharedMemory


def run(mp, target, *args, **options):
    child = mp.Process(target=target, args=args, **options)
    child.start()
    return child


# --- copies of what a manager has ---


class Index:
    def __init__(self, table, items=None):
        self.table, self.items = table, items

    def add(self, term):
        self.table.setdefault(term, []).append("page")


def change_copies(made):
    """Each statement changes what it gets, and drops it."""
    table, rows, space, value = made
    Index(table).add("a")
    table.setdefault("s", []).append(1)
    table.get("a").append(2)
    rows[0].update(x=1)
    space.items.append(3)
    value.value.append(4)
    table["b"]["j"] = 4
    table["b"]["k"]["deep"] = 4
    (table
        .get("a")
        .extend([1,
                 2]))  # fmt: skip
    del rows[0]["q"]
    print(table["a"].pop())
    table["b"].setdefault("w", []).append(3)
    table["n"][0] += 1


def change_named(made):
    table, rows, _, _ = made

    def in_a_function():
        row = table["a"]
        if 7 not in row:
            row.append(7)

    in_a_function()
    held = table["b"]
    held["n"] = held.get("n", 0) + 1
    for item in rows:
        item["done"] = True
    for key, part in table.items():
        if key == "b":
            part["z"] = 1
    for x in (1, 2):
        seen = table["a"]
        if x in seen:
            continue
        seen.append(x)


def put_back(made):
    """What is changed is kept, passed on, or was only for the reader."""
    table, rows, space, value = made
    with threading.Lock():
        row = table["a"]
        row.append(1)
        table["a"] = row
    whole = table["b"]
    whole["x"] = 1
    table.update(b=whole)
    ordered = table["a"]
    ordered.sort()
    print(ordered)
    jobs = table["a"]
    while jobs:
        jobs.pop()
    scratch = table["a"]
    for x in (1, 2, 1):
        if x in scratch:
            continue
        scratch.append(x)
    first = table["a"]
    alias = first
    alias.append(5)
    table["a"] = first
    for at, item in enumerate(rows):
        item["done"] = True
        rows[at] = item
    space.items = [*space.items, 3]
    value.value = [*value.value, 4]
    print(len(changed(table)))
    inner = table["a"]

    def later():
        return inner

    inner.append(6)
    table["a"] = later()
    mine = {"a": []}
    mine["a"].append(table["a"])
    mine["b"] = table["b"]
    mine["b"]["x"] = 3


def changed(table):
    found = table["a"]
    found.append(1)
    return found


class Table:
    """What it changes it keeps, passes on, or looks at afterwards."""

    def __init__(self, d):
        self.d = d

    def top(self):
        rows = self.d["a"]
        rows.sort(reverse=True)
        return rows[:2]

    def merged(self, more):
        found = self.d.get("a", [])
        found += more
        self.d["a"] = found

    def view(self):
        copy = self.d["a"]
        copy.append(99)
        return max(copy)

    def loop(self):
        for row in self.d["b"].values():
            row["n"] = 1
            yield row

    def cond(self):
        row = self.d["a"]
        try:
            row.append(5)
        finally:
            self.d["a"] = row

    def nested(self):
        cur = self.d["b"]
        node = cur
        for k in ("a", "b"):
            node = node.setdefault(k, {})
        node["x"] = 1
        self.d["b"] = cur

    def lam(self):
        r = self.d["a"]
        r.append(1)
        return lambda: r

    def glob(self):
        global kept
        kept = self.d["a"]
        kept.append(1)

    def star(self):
        r = self.d["a"]
        r.append(1)
        print(*r)

    def compare(self):
        mine = self.d["a"]
        mine.append(4)
        assert mine != self.d["a"]

    def swap(self):
        a = self.d["a"]
        a[0], b = 7, a
        self.d["a"] = b


def use_tables(made):
    table = Table(made[0])
    table.merged([3])
    list(table.loop())
    for use in (table.top, table.view, table.cond, table.nested, table.lam, table.glob):
        use()
    table.star()
    table.compare()
    table.swap()


def change_proxies(table):
    """What is in there lives in the manager itself, or in shared memory."""
    table["row"].append(1)
    table["rows"][0].append(2)
    for row in table["rows"]:
        row.append(3)
    for name, row in table.items():
        if name == "row":
            row.append(4)
    table["shared"]["numbers"][0] = 5
    batch = table["queue"].get()
    batch.append(6)


def in_a_manager(mp, change):
    with mp.Manager() as manager:
        table = manager.dict(a=[1], b={"k": {}}, n=[1])
        rows, space = manager.list([{"q": 1}, {"q": 2}]), manager.Namespace()
        space.items, value = [], manager.Value(list, [])
        run(mp, change, (table, rows, space, value)).join()
        return table["a"], rows[0], space.items, value.value


def with_proxies(mp):
    numbers = ShareableList([1, 2])
    try:
        with mp.Manager() as manager:
            row, queue = manager.list(), manager.Queue()
            table = manager.dict(row=row, rows=[row], shared={"numbers": numbers}, queue=queue)
            queue.put([1])
            run(mp, change_proxies, table).join()
            return list(row), numbers[0]
    finally:
        numbers.shm.close()
        numbers.shm.unlink()


# --- a segment that is gone before a child has come ---


def read_segment(name, numbers):
    block = SharedMemory(name=name)
    numbers.put(block.buf[0])
    block.close()


def unlink_segment(name):
    block = SharedMemory(name=name)
    block.close()
    block.unlink()


def with_segment(mp, when):
    """The child opens it by its name; `when` it is unlinked."""
    block, numbers = SharedMemory(create=True, size=8), mp.Queue()
    block.buf[0] = 7
    child = mp.Process(target=read_segment, args=(block.name, numbers))
    if when == "by a child":
        run(mp, unlink_segment, block.name).join()
    elif when == "early":
        block.unlink()
    child.start()
    if when == "never made":
        run(mp, read_segment, "psm_no_such_segment", numbers).join()
    found = numbers.get()
    child.join()
    block.close()
    block.unlink()
    return found


def look_for_a_file(name, numbers):
    open("/" + name + "/no/such/file").close()


def in_a_pool(mp):
    block = SharedMemory(create=True, size=8)
    with mp.Pool(1) as pool:
        result = pool.apply_async(open_segment, (block.name,))
        block.close()
        block.unlink()
        return result.get()


def open_segment(name):
    time.sleep(0.3)
    SharedMemory(name=name).close()


# --- locks and slots that are not given back ---


def work_without_release(gate, numbers, results):
    for number in numbers:
        try:
            gate.acquire()
            results.put(10 // number)
            gate.release()
        except ZeroDivisionError:
            results.put(0)


def work_with_release(gate, numbers, results):
    for number in numbers:
        try:
            with gate:
                results.put(10 // number)
        except ZeroDivisionError:
            results.put(0)


def leak(mp, kind, work, *plans):
    """Each plan is a worker's; a 0 in it makes that worker forget its release()."""
    gate = getattr(mp, kind)(*([len(plans) - 1] if "Semaphore" in kind else []))
    results = mp.Queue()
    workers = []
    for plan in plans:
        workers.append(run(mp, work, gate, plan, results))
        workers[-1].join(0.5)
    found = [results.get() for plan in plans for _ in plan]
    for worker in workers:
        worker.join()
    return found


def give_back(gate, go):
    if go.get():
        gate.release()


def meant_to_be_given_back(mp):
    """Who has acquired it is not who was to release it: that one waits itself."""
    gate, go = mp.Semaphore(1), mp.Queue()
    run(mp, give_back, gate, go)
    for _ in range(2):
        gate.acquire()


# --- a reader that stops too soon ---

LONG = "x" * 500


def put_rows(rows, count, last):
    for number in range(count):
        rows.put((number, LONG))
    if last:
        rows.put(None)


def read_until_none(rows, sentinels):
    for _ in range(sentinels):
        for row in iter(rows.get, None):
            assert row[1] == LONG


def read_some(rows, count):
    for _ in range(count):
        rows.get()


def read_and_fail(rows, count):
    read_some(rows, count)
    raise ValueError("a bad row")


def read_and_be_killed(rows, count):
    read_some(rows, count)
    os.kill(os.getpid(), signal.SIGKILL)


def merge(mp, reader, many, maxsize=0, last=True):
    """Two put, a child reads; the parent only joins, in the order in which they were started."""
    rows = mp.Queue(maxsize)
    child = run(mp, reader, rows, many)
    first = run(mp, put_rows, rows, 3, last)
    first.join()
    second = run(mp, put_rows, rows, 2000, last)
    if not last:
        rows.put(None)
    second.join()
    child.join()


# --- a barrier whose party fails, a task that is not called done ---


def meet(gate, number):
    for turn in (2, 1, 0):
        if number == 2:
            turn = 5 // turn
        gate.wait()


def meeting(mp, parties):
    gate = mp.Barrier(parties)
    children = [run(mp, meet, gate, number) for number in range(parties)]
    for child in children:
        child.join()


def work_on(tasks, after):
    """Skips a bad one; `after`, only then calls those done that it has taken before."""
    taken = 0
    while True:
        if tasks.get() == "bad":
            continue
        taken += 1
        if not after:
            tasks.task_done()
        elif taken == 2:
            tasks.task_done()
            tasks.task_done()


def tasks_not_done(mp, after):
    tasks = mp.JoinableQueue()
    run(mp, work_on, tasks, after, daemon=True)
    for task in ("good", "bad", "fine"):
        tasks.put(task)
    tasks.join()


# --- messages that are changed after put() ---


def put_in_batches(batches, how, go):
    """Nothing is sent before `go`: a message before them cannot be pickled until then."""
    batches.put(Late(go))
    batch = [] if how != "dict" else {}
    for number in range(12):
        if how in ("cell", "long"):
            batch[:] = [number] * (1 if how == "cell" else 9000)
            batches.put(batch)
        elif how == "dict":
            batch[number] = number
            batches.put(batch)
        else:
            batch.append(number)
        if how in ("clear", "new", "copy") and len(batch) == 4:
            batches.put(list(batch) if how == "copy" else batch)
            if how == "new":
                batch = []
            else:
                batch.clear()
    batches.put(None)
    go.set()


class Late:
    def __init__(self, go):
        self.go = go

    def __reduce__(self):
        self.go.wait()
        return str, ()


def in_batches(mp, kind, how, timed=False):
    batches, go = getattr(mp, kind)(), mp.Event()
    child = run(mp, put_in_batches, batches, how, go)
    found = []
    while (batch := batches.get(timeout=20) if timed else batches.get()) is not None:
        found.append(batch)
    child.join()
    return found[1:]


class Same:
    """All of them are one, once they have been pickled."""

    def __reduce__(self):
        return type, (0,)


def shrinks_by_itself(mp):
    box = mp.Queue()
    box.put({Same(), Same(), Same()})
    for number in range(3):  # the same at both ends, and as long
        box.put([[0] * 6000, number, [0] * 6000])
    return [len(box.get()) for _ in range(4)]


# --- who gets from a queue waits to put into it, or into another that is full ---


def crawl(frontier, sizes, links):
    while (page := frontier.get()) is not None:
        for link in range(links):
            frontier.put(f"{page}/{link}")
        sizes.put(page)


def crawlers(mp, count, links):
    """With more links than the queue has room for, all of them wait to put."""
    frontier, sizes = mp.Queue(4), mp.Queue()
    children = [run(mp, crawl, frontier, sizes, links) for _ in range(count)]
    frontier.put("start")
    for _ in range(1 if links == 0 else 1000):
        sizes.get()
    for _ in children:
        frontier.put(None)
    for child in children:
        child.join()


def double(jobs, results):
    while (job := jobs.get()) is not None:
        results.put(2 * job)


def all_jobs_first(mp, count):
    """The parent puts all jobs before it gets a result; both queues hold three."""
    jobs, results = mp.Queue(3), mp.Queue(3)
    child = run(mp, double, jobs, results)
    for job in range(count):
        jobs.put(job)
    jobs.put(None)
    found = [results.get() for _ in range(count)]
    child.join()
    return found
