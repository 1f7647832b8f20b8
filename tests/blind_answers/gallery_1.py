# %% right: read the log until all have come
# The log itself tells who has come. Each hiker reads it again and again until there is one arrival for each.
import time


def walk(name, log, hikers):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    while sum(line.endswith(" arrives") for line in log[:]) < hikers:
        time.sleep(0.01)
    log.append(f"{name} crosses")


def hike(mp, names):
    with mp.Manager() as manager:
        log = manager.list()
        children = [mp.Process(target=walk, args=(name, log, len(names))) for name in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return log[:]


# %% right: a keeper opens the gate
# Each hiker reports to the parent, which opens the gate for all when it has heard every one.
import time


def walk(name, log, here, gate):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    here.put(name)
    gate.wait()
    log.append(f"{name} crosses")


def hike(mp, names):
    here, gate = mp.Queue(), mp.Event()
    with mp.Manager() as manager:
        log = manager.list()
        children = [mp.Process(target=walk, args=(name, log, here, gate)) for name in names]
        for child in children:
            child.start()
        for _ in names:
            here.get()
        gate.set()
        for child in children:
            child.join()
        return log[:]


# %% right: two semaphores
# One counts who has come; the parent takes all of these, then puts as many into the other.
import time


def walk(name, log, come, go):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    come.release()
    go.acquire()
    log.append(f"{name} crosses")


def hike(mp, names):
    come, go = mp.Semaphore(0), mp.Semaphore(0)
    with mp.Manager() as manager:
        log = manager.list()
        children = [mp.Process(target=walk, args=(name, log, come, go)) for name in names]
        for child in children:
            child.start()
        for _ in names:
            come.acquire()
        for _ in names:
            go.release()
        for child in children:
            child.join()
        return log[:]


# %% wrong: wait at most 0.3 seconds
# The barrier gives up on who is late, the hiker takes no notice, and goes.
import threading
import time


def walk(name, log, bridge):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    try:
        bridge.wait(0.3)
    except threading.BrokenBarrierError:
        pass
    log.append(f"{name} crosses")


def hike(mp, names):
    bridge = mp.Barrier(len(names))
    with mp.Manager() as manager:
        log = manager.list()
        children = [mp.Process(target=walk, args=(name, log, bridge)) for name in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return log[:]


# %% wrong: the parent writes the crossings
# The log looks right. No hiker crossed: the parent wrote the lines when all had gone home.
import time


def walk(name, log):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")


def hike(mp, names):
    with mp.Manager() as manager:
        log = manager.list()
        children = [mp.Process(target=walk, args=(name, log)) for name in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        for name in names:
            log.append(f"{name} crosses")
        return log[:]
