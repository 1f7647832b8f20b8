# %% second
import time


def visit(keys, log):
    key = keys.get()  # whoever holds a key is inside
    log.append(1)
    time.sleep(0.05)
    log.append(-1)
    keys.put(key)


def develop(mp, names):
    with mp.Manager() as manager:
        keys, log = manager.Queue(), manager.list()
        keys.put("key 1")
        keys.put("key 2")
        children = [mp.Process(target=visit, args=(keys, log)) for _ in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return list(log)


# %% second (two locks, and nobody meets)
import time


def visit(log, places):
    turn = 0
    while not places[turn].acquire(timeout=0.01):
        turn = 1 - turn
    log.append(1)
    time.sleep(0.02)
    log.append(-1)
    places[turn].release()


def develop(mp, names):
    places = [mp.Lock() for _ in range(2)]
    with mp.Manager() as manager:
        log = manager.list()
        children = [mp.Process(target=visit, args=(log, places)) for _ in names]
        for child in children:
            child.start()
            time.sleep(0.1)
        for child in children:
            child.join()
        return log[:]


# %% wrong: crowded
def visit(log, room):
    log.append(+1)
    time.sleep(0.15)
    log.append(-1)


def develop(mp, names):
    with mp.Manager() as manager:
        log = manager.list()
        room = manager.Semaphore(3)
        children = [mp.Process(target=visit, args=(log, room)) for _ in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return log[:]


# %% wrong: one-at-a-time
def develop(mp, names):
    with mp.Manager() as manager:
        log = manager.list()
        room = manager.Lock()
        children = [mp.Process(target=visit, args=(log, room)) for _ in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return log[:]


# %% wrong: never-left
def visit(log, room):
    room.acquire()
    log.append(+1)
    time.sleep(0.15)
    log.append(-1)


# %% wrong: own-room
import multiprocessing


def visit(log, room):
    with multiprocessing.Semaphore(2):
        log.append(+1)
        time.sleep(0.15)
        log.append(-1)


# %% wrong: logged-outside
def visit(log, room):
    log.append(+1)
    with room:
        time.sleep(0.15)
    log.append(-1)


# %% wrong: one-by-one
def develop(mp, names):
    with mp.Manager() as manager:
        log = manager.list()
        room = manager.Semaphore(2)
        for _ in names:
            child = mp.Process(target=visit, args=(log, room))
            child.start()
            child.join()
        return log[:]


# %% wrong: own-room (all kept by the parent)
def develop(mp, names):
    with mp.Manager() as manager:
        log = manager.list()
        rooms = [manager.Semaphore(2) for _ in names]
        children = [mp.Process(target=visit, args=(log, room)) for room in rooms]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return log[:]


def visit(log, room):
    with room:
        log.append(+1)
        time.sleep(0.15)
        log.append(-1)


# %% wrong: in-groups
def develop(mp, names):
    with mp.Manager() as manager:
        log = manager.list()
        children = [mp.Process(target=visit, args=(log,)) for _ in names]
        for first in range(0, len(children), 2):
            for child in children[first : first + 2]:
                child.start()
            for child in children[first : first + 2]:
                child.join()
        return log[:]


def visit(log):
    log.append(+1)
    time.sleep(0.15)
    log.append(-1)


# %% wrong: parent-wrote
def visit(log, room):
    with room:
        time.sleep(0.05)


def develop(mp, names):
    with mp.Manager() as manager:
        log, room = manager.list(), manager.Semaphore(2)
        children = [mp.Process(target=visit, args=(log, room)) for _ in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
            log.append(+1)
            log.append(-1)
        return log[:]


# %% wrong: too-few-children
def visit_all(log, names):
    for step in [+1, +1, -1, -1, *[+1, -1] * (len(names) - 2)]:
        log.append(step)


def develop(mp, names):
    with mp.Manager() as manager:
        log = manager.list()
        child = mp.Process(target=visit_all, args=(log, names))
        child.start()
        child.join()
        return log[:]


# %% wrong: looked-then-went
def visit(log, room):
    while sum(log[:]) >= 2:
        time.sleep(0.01)
    log.append(+1)
    time.sleep(0.15)
    log.append(-1)


# %% wrong: logged-outside (only the -1)
def visit(log, room):
    with room:
        log.append(+1)
        time.sleep(0.15)
    log.append(-1)
