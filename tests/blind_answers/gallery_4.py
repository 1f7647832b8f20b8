# %% right: a reply for each shirt
# A torn shirt is answered as well. When there is a reply for each task, all tasks are done.
import time


def square(shirt):
    time.sleep(0.02)
    if shirt < 0:
        raise ValueError("a torn shirt")
    return shirt * shirt


def work(tasks, results):
    while True:
        shirt = tasks.get()
        try:
            reply = [square(shirt)]
        except ValueError:
            reply = []
        results.put(reply)


def do_all(mp, tasks):
    box, results = mp.Queue(), mp.Queue()
    for _ in range(2):
        mp.Process(target=work, args=(box, results), daemon=True).start()
    for task in tasks:
        box.put(task)
    return sorted(value for _ in tasks for value in results.get())


# %% right: the results stand in a managed list
# append() returns when the manager has it: so each result is there before its task is reported done.
import contextlib
import time


def square(shirt):
    time.sleep(0.02)
    if shirt < 0:
        raise ValueError("a torn shirt")
    return shirt * shirt


def work(tasks, results):
    for shirt in iter(tasks.get, "never"):
        with contextlib.suppress(ValueError):
            results.append(square(shirt))
        tasks.task_done()


def do_all(mp, tasks):
    with mp.Manager() as manager:
        box, results = mp.JoinableQueue(), manager.list()
        for task in tasks:
            box.put(task)
        workers = [mp.Process(target=work, args=(box, results), daemon=True) for _ in range(2)]
        for worker in workers:
            worker.start()
        box.join()
        return sorted(results)


# %% wrong: done, then take what is there
# put() hands a result to a thread of the worker. All may be done while the last result is on its way.
import time


def square(shirt):
    time.sleep(0.02)
    if shirt < 0:
        raise ValueError("a torn shirt")
    return shirt * shirt


def work(tasks, results):
    while True:
        shirt = tasks.get()
        try:
            results.put(square(shirt))
        except ValueError:
            pass
        finally:
            tasks.task_done()


def do_all(mp, tasks):
    box, results = mp.JoinableQueue(), mp.Queue()
    for _ in range(2):
        mp.Process(target=work, args=(box, results), daemon=True).start()
    for task in tasks:
        box.put(task)
    box.join()
    found = []
    while not results.empty():
        found.append(results.get())
    return sorted(found)


# %% wrong: done as soon as it is taken
# task_done() comes before the work: join() returns while two shirts are still in the machines.
import time


def square(shirt):
    time.sleep(0.02)
    if shirt < 0:
        raise ValueError("a torn shirt")
    return shirt * shirt


def work(tasks, results):
    while True:
        shirt = tasks.get()
        tasks.task_done()
        try:
            results.append(square(shirt))
        except ValueError:
            pass


def do_all(mp, tasks):
    with mp.Manager() as manager:
        box, results = mp.JoinableQueue(), manager.list()
        for _ in range(2):
            mp.Process(target=work, args=(box, results), daemon=True).start()
        for task in tasks:
            box.put(task)
        box.join()
        return sorted(results)


# %% wrong: half a second of silence
# Nobody reports anything. When no result has come for half a second, all is taken to be done.
import queue
import time


def square(shirt):
    time.sleep(0.02)
    if shirt < 0:
        raise ValueError("a torn shirt")
    return shirt * shirt


def work(tasks, results):
    while True:
        try:
            results.put(square(tasks.get()))
        except ValueError:
            pass


def do_all(mp, tasks):
    box, results = mp.Queue(), mp.Queue()
    for _ in range(2):
        mp.Process(target=work, args=(box, results), daemon=True).start()
    for task in tasks:
        box.put(task)
    found = []
    while True:
        try:
            found.append(results.get(timeout=0.5))
        except queue.Empty:
            return sorted(found)
