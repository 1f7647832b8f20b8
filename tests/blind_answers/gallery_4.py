# %% right: results in a queue, counted
import time


def square(shirt):
    time.sleep(0.02)
    if shirt < 0:
        raise ValueError("a torn shirt")
    return shirt * shirt


def work(tasks, results):
    while True:
        task = tasks.get()
        try:
            results.put(square(task))
        except ValueError:
            results.put(None)
        tasks.task_done()


def do_all(mp, tasks):
    box, results = mp.JoinableQueue(), mp.Queue()
    for _ in range(2):
        mp.Process(target=work, args=(box, results), daemon=True).start()
    for task in tasks:
        box.put(task)
    box.join()
    done = [results.get() for _ in tasks]
    return sorted(number for number in done if number is not None)


# %% right: a managed joinable queue
import time


def square(shirt):
    time.sleep(0.02)
    if shirt < 0:
        raise ValueError("a torn shirt")
    return shirt * shirt


def work(tasks, results):
    while True:
        task = tasks.get()
        try:
            results.append(square(task))
        except ValueError:
            pass
        finally:
            tasks.task_done()


def do_all(mp, tasks):
    with mp.Manager() as m:
        box, results = m.JoinableQueue(), m.list()
        workers = [mp.Process(target=work, args=(box, results)) for _ in range(2)]
        for worker in workers:
            worker.daemon = True
            worker.start()
        for task in tasks:
            box.put(task)
        box.join()
        return sorted(results)


# %% wrong: a nap
import time


def square(shirt):
    time.sleep(0.02)
    if shirt < 0:
        raise ValueError("a torn shirt")
    return shirt * shirt


def work(tasks, results):
    while True:
        task = tasks.get()
        if task >= 0:
            results.append(square(task))


def do_all(mp, tasks):
    with mp.Manager() as m:
        box, results = m.Queue(), m.list()
        for _ in range(2):
            mp.Process(target=work, args=(box, results), daemon=True).start()
        for task in tasks:
            box.put(task)
        time.sleep(0.6)
        return sorted(results)


# %% wrong: they go home
import time


def square(shirt):
    time.sleep(0.02)
    if shirt < 0:
        raise ValueError("a torn shirt")
    return shirt * shirt


def work(tasks, results):
    for task in iter(tasks.get, None):
        try:
            results.append(square(task))
        except ValueError:
            pass


def do_all(mp, tasks):
    with mp.Manager() as m:
        box, results = m.Queue(), m.list()
        workers = [mp.Process(target=work, args=(box, results)) for _ in range(2)]
        for worker in workers:
            worker.start()
        for task in [*tasks, None, None]:
            box.put(task)
        for worker in workers:
            worker.join()
        return sorted(results)
