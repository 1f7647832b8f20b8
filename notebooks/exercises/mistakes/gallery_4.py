# %% second
def work(tasks, results):
    for task in iter(tasks.get, None):
        if task >= 0:
            results.put(task**2)
        tasks.task_done()


def do_all(mp, tasks):
    box, results = mp.JoinableQueue(), mp.SimpleQueue()  # SimpleQueue: a put has arrived at once
    for _ in range(2):
        mp.Process(target=work, args=(box, results), daemon=True).start()
    for task in tasks:
        box.put(task)
    box.join()
    done = []
    while not results.empty():
        done.append(results.get())
    return sorted(done)


# %% second (looks again and again, and knows how many)
import time


def work(tasks, results):
    for task in iter(tasks.get, None):
        results.put(task)


def do_all(mp, tasks):
    box, results = mp.Queue(), mp.Queue()
    for _ in range(2):
        mp.Process(target=work, args=(box, results), daemon=True).start()
    for task in tasks:
        box.put(task)
    done = []
    while len(done) < len(tasks):
        if not results.empty():
            done.append(results.get())
        time.sleep(0.01)
    return sorted(task * task for task in done if task >= 0)


# %% wrong: wrong-result (the dearest is left out)
def do_all(mp, tasks):
    with mp.Manager() as manager:
        box, results = mp.JoinableQueue(), manager.list()
        for _ in range(2):
            mp.Process(target=work, args=(box, results), daemon=True).start()
        for task in tasks:
            box.put(task)
        box.join()
        return sorted(results)[:-1]


# %% wrong: never-reported
def work(tasks, results):
    while True:
        try:
            results.append(square(tasks.get()))
        except ValueError:
            pass


# %% wrong: torn-shirt-not-reported
def work(tasks, results):
    while True:
        try:
            results.append(square(tasks.get()))
            tasks.task_done()
        except ValueError as error:
            print(error)


# %% wrong: torn-shirt-kills
def work(tasks, results):
    while True:
        results.append(square(tasks.get()))
        tasks.task_done()


# %% wrong: reported-too-early
def work(tasks, results):
    while True:
        task = tasks.get()
        tasks.task_done()
        try:
            results.append(square(task))
        except ValueError as error:
            print(error)


# %% wrong: reported-twice
def work(tasks, results):
    while True:
        task = tasks.get()
        try:
            results.append(square(task))
            tasks.task_done()
        except ValueError as error:
            print(error)
        finally:
            tasks.task_done()


# %% wrong: did-not-wait
def do_all(mp, tasks):
    with mp.Manager() as manager:
        box, results = mp.JoinableQueue(), manager.list()
        for _ in range(2):
            mp.Process(target=work, args=(box, results), daemon=True).start()
        for task in tasks:
            box.put(task)
        return sorted(results[:])


# %% wrong: joined-the-workers
def do_all(mp, tasks):
    with mp.Manager() as manager:
        box, results = mp.JoinableQueue(), manager.list()
        workers = [mp.Process(target=work, args=(box, results), daemon=True) for _ in range(2)]
        for worker in workers:
            worker.start()
        for task in tasks:
            box.put(task)
        for worker in workers:
            worker.join()
        return sorted(results[:])


# %% wrong: not-daemons
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
    todo, results = mp.JoinableQueue(), mp.Queue()
    for _ in range(2):
        mp.Process(target=work, args=(todo, results)).start()
    for t in tasks:
        todo.put(t)
    todo.join()
    return sorted(results.get() for t in tasks if t >= 0)


# %% wrong: asked-empty
import time


class Tardy(int):
    """A result that takes its time to leave the worker."""

    def __reduce__(self):
        time.sleep(0.3)
        return int, (int(self),)


def work(tasks, results):
    while True:
        try:
            results.put(Tardy(square(tasks.get())))
        except ValueError:
            pass
        finally:
            tasks.task_done()


def do_all(mp, tasks):
    open_tasks, results = mp.JoinableQueue(), mp.Queue()
    for _ in range(2):
        mp.Process(target=work, args=(open_tasks, results), daemon=True).start()
    for task in tasks:
        open_tasks.put(task)
    open_tasks.join()
    done = []
    while not results.empty():
        done.append(results.get())
    return sorted(done)


# %% wrong: did-not-wait (but for the clock)
def do_all(mp, tasks):
    with mp.Manager() as manager:
        box, results = mp.JoinableQueue(), manager.list()
        for _ in range(2):
            mp.Process(target=work, args=(box, results), daemon=True).start()
        for task in tasks:
            box.put(task)
        time.sleep(0.5)
        return sorted(results[:])


# %% wrong: no-daemons
def do_all(mp, tasks):
    with mp.Manager() as manager:
        box, results = mp.JoinableQueue(), manager.list()
        workers = [mp.Process(target=work, args=(box, results)) for _ in range(2)]
        for worker in workers:
            worker.start()
        for task in tasks:
            box.put(task)
        box.join()
        for worker in workers:
            worker.terminate()
        return sorted(results[:])


# %% wrong: torn-left-out
def do_all(mp, tasks):
    with mp.Manager() as manager:
        box, results = mp.JoinableQueue(), manager.list()
        for _ in range(2):
            mp.Process(target=work, args=(box, results), daemon=True).start()
        for task in tasks:
            if task >= 0:
                box.put(task)
        box.join()
        return sorted(results[:])


# %% wrong: too-few-children
def do_all(mp, tasks):
    with mp.Manager() as manager:
        box, results = mp.JoinableQueue(), manager.list()
        mp.Process(target=work, args=(box, results), daemon=True).start()
        for task in tasks:
            box.put(task)
        box.join()
        return sorted(results[:])
