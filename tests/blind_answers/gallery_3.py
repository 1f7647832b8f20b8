# %% right: an event of mp, and a time-out
def serve(name, bell, ready, reports):
    ready.put(name)
    while not bell.wait(0.05):
        pass
    reports.put(f"{name} closes")


def close_shop(mp, names):
    bell, ready, reports = mp.Event(), mp.Queue(), mp.Queue()
    clerks = [mp.Process(target=serve, args=(n, bell, ready, reports)) for n in names]
    for clerk in clerks:
        clerk.start()
    waiting = set(names)
    while waiting:
        waiting.discard(ready.get())
    bell.set()
    told = sorted(reports.get() for _ in clerks)
    for clerk in clerks:
        clerk.join()
    return told


# %% right: a condition
def serve(name, bell, ready, reports):
    with bell:
        ready.put(name)
        bell.wait()
    reports.put(f"{name} closes")


def close_shop(mp, names):
    with mp.Manager() as m:
        bell, ready, reports = m.Condition(), m.Queue(), m.Queue()
        clerks = [mp.Process(target=serve, args=(n, bell, ready, reports)) for n in names]
        for clerk in clerks:
            clerk.start()
        for _ in names:
            ready.get()
        with bell:
            bell.notify_all()
        for clerk in clerks:
            clerk.join()
        return sorted(reports.get() for _ in names)


# %% wrong: half a second after the start
import time


def serve(name, bell, ready, reports):
    ready.put(name)
    bell.wait()
    reports.put(f"{name} closes")


def close_shop(mp, names):
    bell, ready, reports = mp.Event(), mp.Queue(), mp.Queue()
    clerks = [mp.Process(target=serve, args=(n, bell, ready, reports)) for n in names]
    for clerk in clerks:
        clerk.start()
    time.sleep(0.5)
    bell.set()
    told = sorted(reports.get() for _ in clerks)
    for clerk in clerks:
        clerk.join()
    return told


# %% wrong: the parent reports
def serve(name, bell, ready, reports):
    ready.put(name)
    bell.wait()


def close_shop(mp, names):
    bell, ready = mp.Event(), mp.Queue()
    clerks = [mp.Process(target=serve, args=(n, bell, ready, None)) for n in names]
    for clerk in clerks:
        clerk.start()
    here = [ready.get() for _ in names]
    for clerk in clerks:
        clerk.kill()
    return sorted(f"{name} closes" for name in here)
