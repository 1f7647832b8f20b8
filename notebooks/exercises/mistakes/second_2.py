# %% second
from multiprocessing.shared_memory import SharedMemory


def turn(memory, group, guard):
    with guard:
        for visitor in group:
            memory.buf[0] += visitor
    memory.close()


def visitors(mp, groups):
    memory = SharedMemory(create=True, size=64)
    try:
        guard = mp.RLock()
        stiles = [mp.Process(target=turn, args=(memory, group, guard)) for group in groups]
        [stile.start() for stile in stiles]
        [stile.join() for stile in stiles]
        return int(memory.buf[0])
    finally:
        memory.unlink()
        memory.close()


# %% wrong: lost-visitors
def turn(name, group, guard):
    memory = SharedMemory(name)
    for visitor in group:
        memory.buf[0] = memory.buf[0] + visitor
    memory.close()


def visitors(mp, groups):
    memory = SharedMemory(create=True, size=1)
    stiles = [mp.Process(target=turn, args=(memory.name, group, None)) for group in groups]
    for stile in stiles:
        stile.start()
    for stile in stiles:
        stile.join()
    total = memory.buf[0]
    memory.close()
    memory.unlink()
    return total


# %% wrong: lost-visitors (the lock is too short)
def turn(name, group, guard):
    memory = SharedMemory(name)
    for visitor in group:
        total = memory.buf[0] + visitor
        with guard:
            memory.buf[0] = total
    memory.close()


# %% wrong: own-lock
def visitors(mp, groups):
    memory = SharedMemory(create=True, size=1)
    stiles = [mp.Process(target=turn, args=(memory.name, group, mp.Lock())) for group in groups]
    for stile in stiles:
        stile.start()
    for stile in stiles:
        stile.join()
    total = memory.buf[0]
    memory.close()
    memory.unlink()
    return total


# %% wrong: by-luck
def turn(name, group, guard):
    memory = SharedMemory(name)
    memory.buf[0] += len([guard for _ in group]) and sum(int(n) for n in group)
    memory.close()


def visitors(mp, groups):
    import time

    memory = SharedMemory(create=True, size=1)
    stiles = [mp.Process(target=turn, args=(memory.name, group, None)) for group in groups]
    for stile in stiles:
        stile.start()
        time.sleep(0.4)
    for stile in stiles:
        stile.join()
    total = memory.buf[0]
    memory.close()
    memory.unlink()
    return total


# %% wrong: left-behind
def visitors(mp, groups):
    memory, guard = SharedMemory(create=True, size=1), mp.Lock()
    stiles = [mp.Process(target=turn, args=(memory.name, group, guard)) for group in groups]
    for stile in stiles:
        stile.start()
    for stile in stiles:
        stile.join()
    total = memory.buf[0]
    memory.close()
    return total


# %% wrong: unlinked-too-early
def turn(name, group, guard):
    memory = SharedMemory(name)
    for visitor in group:
        with guard:
            memory.buf[0] = memory.buf[0] + visitor
    memory.close()


def visitors(mp, groups):
    memory, guard = SharedMemory(create=True, size=1), mp.Lock()
    stiles = [mp.Process(target=turn, args=(memory.name, group, guard)) for group in groups]
    memory.unlink()
    for stile in stiles:
        stile.start()
    for stile in stiles:
        stile.join()
    total = memory.buf[0]
    memory.close()
    return total


# %% wrong: used-after-close
def visitors(mp, groups):
    memory, guard = SharedMemory(create=True, size=1), mp.Lock()
    stiles = [mp.Process(target=turn, args=(memory.name, group, guard)) for group in groups]
    for stile in stiles:
        stile.start()
    for stile in stiles:
        stile.join()
    memory.close()
    memory.unlink()
    return memory.buf[0]


# %% wrong: one-by-one
def visitors(mp, groups):
    memory, guard = SharedMemory(create=True, size=1), mp.Lock()
    for group in groups:
        stile = mp.Process(target=turn, args=(memory.name, group, guard))
        stile.start()
        stile.join()
    total = memory.buf[0]
    memory.close()
    memory.unlink()
    return total


# %% wrong: not-shared
def turn(box, group, guard):
    box.put(sum(group))


def visitors(mp, groups):
    box = mp.Queue()
    stiles = [mp.Process(target=turn, args=(box, group, None)) for group in groups]
    for stile in stiles:
        stile.start()
    total = sum(box.get() for _ in groups)
    for stile in stiles:
        stile.join()
    return total
