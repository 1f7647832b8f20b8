# %% second
def serve(name, bell, ready, reports):
    ready.put(name)
    bell.wait()
    reports.put(name + " closes")


def close_shop(mp, names):
    bell, ready, reports = mp.Event(), mp.Queue(), mp.Queue()
    clerks = [mp.Process(target=serve, args=(name, bell, ready, reports)) for name in names]
    for clerk in clerks:
        clerk.start()
    present = {ready.get() for _ in names}
    bell.set()
    lines = [reports.get() for _ in present]
    for clerk in clerks:
        clerk.join()
    return sorted(lines)


# %% second (a ring for each clerk)
def serve(name, bell, ready, reports):
    ready.put(name)
    bell.get()
    reports.put(f"{name} closes")


def close_shop(mp, names):
    bell, ready, reports = mp.Queue(), mp.Queue(), mp.Queue()
    for name in names:
        mp.Process(target=serve, args=(name, bell, ready, reports), name=name).start()
    for _ in names:
        ready.get()
    for _ in names:
        bell.put(None)
    return sorted(reports.get() for _ in names)


# %% second (a roll call by qsize)
import time


def serve(name, bell, ready, reports):
    ready.put(name)
    bell.wait()
    reports.put(f"{name} closes")


def close_shop(mp, names):
    with mp.Manager() as manager:
        bell, ready, reports = manager.Event(), manager.Queue(), manager.Queue()
        clerks = [mp.Process(target=serve, args=(name, bell, ready, reports)) for name in names]
        for clerk in clerks:
            clerk.start()
        while ready.qsize() < len(names):
            time.sleep(0.01)
        bell.set()
        for clerk in clerks:
            clerk.join()
        return sorted(reports.get() for _ in names)


# %% second (a closed pipe)
def serve(name, bell, ready, reports):
    mine, parents = bell
    parents.close()
    ready.put(name)
    try:
        mine.recv()
    except EOFError:
        reports.put(f"{name} closes")


def close_shop(mp, names):
    ready, reports, bells = mp.Queue(), mp.Queue(), []
    for name in names:
        mine, yours = mp.Pipe(duplex=False)
        mp.Process(target=serve, args=(name, (mine, yours), ready, reports)).start()
        mine.close()
        bells.append(yours)
        ready.get()
    while bells:
        bells.pop().close()  # the last one first: each clerk holds those before its own
    return sorted(reports.get() for _ in names)


# %% wrong: never-rang
def close_shop(mp, names):
    with mp.Manager() as manager:
        bell, ready, reports = manager.Event(), manager.Queue(), manager.Queue()
        for name in names:
            mp.Process(target=serve, args=(name, bell, ready, reports)).start()
        for _ in names:
            ready.get()
        return sorted(reports.get() for _ in names)


# %% wrong: waited-for-the-end-first
def close_shop(mp, names):
    with mp.Manager() as manager:
        bell, ready, reports = manager.Event(), manager.Queue(), manager.Queue()
        clerks = [mp.Process(target=serve, args=(name, bell, ready, reports)) for name in names]
        for clerk in clerks:
            clerk.start()
        for _ in names:
            ready.get()
        for clerk in clerks:
            clerk.join()
        bell.set()
        return sorted(reports.get() for _ in names)


# %% wrong: rang-for-one
def serve(name, bell, ready, reports):
    ready.put(name)
    bell.get()
    reports.put(f"{name} closes")


def close_shop(mp, names):
    with mp.Manager() as manager:
        bell, ready, reports = manager.Queue(), manager.Queue(), manager.Queue()
        for name in names:
            mp.Process(target=serve, args=(name, bell, ready, reports)).start()
        for _ in names:
            ready.get()
        bell.put("ring")
        return sorted(reports.get() for _ in names)


# %% wrong: by-force
def serve(name, bell, ready, reports):
    ready.put(name)
    while True:
        time.sleep(0.01)


def close_shop(mp, names):
    with mp.Manager() as manager:
        bell, ready, reports = manager.Event(), manager.Queue(), manager.Queue()
        clerks = [mp.Process(target=serve, args=(name, bell, ready, reports)) for name in names]
        for clerk in clerks:
            clerk.start()
        for _ in names:
            ready.get()
        for clerk in clerks:
            clerk.terminate()
            clerk.join()
        return sorted(f"{name} closes" for name in names)


# %% wrong: copied-flag
def serve(name, bell, ready, reports):
    ready.put(name)
    while not bell:
        time.sleep(0.01)
    reports.put(f"{name} closes")


def close_shop(mp, names):
    with mp.Manager() as manager:
        bell, ready, reports = [], manager.Queue(), manager.Queue()
        for name in names:
            mp.Process(target=serve, args=(name, bell, ready, reports)).start()
        for _ in names:
            ready.get()
        bell.append("ring")
        return sorted(reports.get() for _ in names)


# %% wrong: rang-too-early
def close_shop(mp, names):
    with mp.Manager() as manager:
        bell, ready, reports = manager.Event(), manager.Queue(), manager.Queue()
        for name in names:
            mp.Process(target=serve, args=(name, bell, ready, reports)).start()
        bell.set()
        return sorted(reports.get() for _ in names)


# %% wrong: did-not-listen
def serve(name, bell, ready, reports):
    ready.put(name)
    reports.put(f"{name} closes")


def close_shop(mp, names):
    bell, ready, reports = mp.Event(), mp.Queue(), mp.Queue()
    for name in names:
        mp.Process(target=serve, args=(name, bell, ready, reports)).start()
    for _ in names:
        ready.get()
    bell.set()
    return sorted(reports.get() for _ in names)


# %% wrong: children-outlived-it
import time


def serve(name, bell, ready, reports):
    ready.put(name)
    bell.wait()
    reports.put(f"{name} closes")
    time.sleep(0.3)  # so that the manager is surely gone
    ready.put(name)


def close_shop(mp, names):
    with mp.Manager() as manager:
        bell, ready, reports = manager.Event(), manager.Queue(), manager.Queue()
        for name in names:
            mp.Process(target=serve, args=(name, bell, ready, reports)).start()
        for _ in names:
            ready.get()
        bell.set()
        return sorted(reports.get() for _ in names)


# %% wrong: rang-too-early (by the clock)
def close_shop(mp, names):
    with mp.Manager() as manager:
        bell, ready, reports = manager.Event(), manager.Queue(), manager.Queue()
        clerks = [mp.Process(target=serve, args=(name, bell, ready, reports)) for name in names]
        for clerk in clerks:
            clerk.start()
        time.sleep(0.5)
        bell.set()
        for clerk in clerks:
            clerk.join()
        return sorted(reports.get() for _ in names)


# %% wrong: too-few-children
def serve_all(names, bell, ready, reports):
    for name in names:
        ready.put(name)
    bell.wait()
    for name in names:
        reports.put(f"{name} closes")


def close_shop(mp, names):
    with mp.Manager() as manager:
        bell, ready, reports = manager.Event(), manager.Queue(), manager.Queue()
        clerk = mp.Process(target=serve_all, args=(names, bell, ready, reports))
        clerk.start()
        for _ in names:
            ready.get()
        bell.set()
        clerk.join()
        return sorted(reports.get() for _ in names)


# %% wrong: rang-by-luck
def close_shop(mp, names):
    with mp.Manager() as manager:
        bell, ready, reports = manager.Event(), manager.Queue(), manager.Queue()
        clerks = [mp.Process(target=serve, args=(name, bell, ready, reports)) for name in names]
        for clerk in clerks:
            clerk.start()
        time.sleep(1.5)
        bell.set()
        for clerk in clerks:
            clerk.join()
        return sorted(reports.get() for _ in names)


# %% wrong: did-not-listen (waits half a second)
def serve(name, bell, ready, reports):
    ready.put(name)
    bell.wait(0.5)
    reports.put(f"{name} closes")
