# %% right: the bell is a lock
# The parent holds it from the start. Who gets it knows that the parent has let go, and lets go as well.
def serve(name, bell, ready, reports):
    ready.put(name)
    with bell:
        pass
    reports.put(f"{name} closes")


def close_shop(mp, names):
    bell, ready, reports = mp.Lock(), mp.Queue(), mp.Queue()
    bell.acquire()
    clerks = [mp.Process(target=serve, args=(name, bell, ready, reports)) for name in names]
    for clerk in clerks:
        clerk.start()
    for _ in names:
        ready.get()
    bell.release()
    told = [reports.get() for _ in names]
    for clerk in clerks:
        clerk.join()
    return sorted(told)


# %% right: the bell is a barrier with a place for the parent
# All clerks wait at the barrier. The last to come is the parent, when it has heard that all are ready.
def serve(name, bell, ready, reports):
    ready.put(name)
    bell.wait()
    reports.put(f"{name} closes")


def close_shop(mp, names):
    bell, ready, reports = mp.Barrier(len(names) + 1), mp.Queue(), mp.Queue()
    clerks = [mp.Process(target=serve, args=(name, bell, ready, reports)) for name in names]
    for clerk in clerks:
        clerk.start()
    heard = {ready.get() for _ in names}
    assert len(heard) <= len(names)
    bell.wait()
    told = sorted(reports.get() for _ in names)
    for clerk in clerks:
        clerk.join()
    return told


# %% right: a stroke for each
# The bell is a queue. It rings once for each clerk, and each one takes a stroke.
def serve(name, bell, ready, reports):
    ready.put(name)
    bell.get()
    reports.put(f"{name} closes")


def close_shop(mp, names):
    bell, ready, reports = mp.SimpleQueue(), mp.SimpleQueue(), mp.SimpleQueue()
    clerks = [mp.Process(target=serve, args=(name, bell, ready, reports)) for name in names]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        ready.get()
    for clerk in clerks:
        bell.put("dong")
    for clerk in clerks:
        clerk.join()
    return sorted(reports.get() for clerk in clerks)


# %% wrong: closes after half a second at the latest
# wait() has a timeout, and nobody looks at what it returned. If one clerk is late, the others go before the bell.
def serve(name, bell, ready, reports):
    ready.put(name)
    bell.wait(timeout=0.5)
    reports.put(f"{name} closes")


def close_shop(mp, names):
    bell, ready, reports = mp.Event(), mp.Queue(), mp.Queue()
    clerks = [mp.Process(target=serve, args=(name, bell, ready, reports)) for name in names]
    for clerk in clerks:
        clerk.start()
    for _ in names:
        ready.get()
    bell.set()
    told = [reports.get() for _ in names]
    for clerk in clerks:
        clerk.join()
    return sorted(told)


# %% wrong: rings after a second
# Who is ready is never asked. After a second it rings, with or without the last one.
import time


def serve(name, bell, ready, reports):
    ready.put(name)
    bell.wait()
    reports.put(f"{name} closes")


def close_shop(mp, names):
    bell, ready, reports = mp.Event(), mp.Queue(), mp.Queue()
    clerks = [mp.Process(target=serve, args=(name, bell, ready, reports)) for name in names]
    for clerk in clerks:
        clerk.start()
    time.sleep(1)
    bell.set()
    told = [reports.get() for _ in names]
    for clerk in clerks:
        clerk.join()
    return sorted(told)
