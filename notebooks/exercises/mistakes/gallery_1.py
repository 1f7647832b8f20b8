# %% second
import time


def walk(name, log, bridge, crossing):
    time.sleep(0.1 if name.startswith("slow") else 0)
    log.append(name + " arrives")
    bridge.put(name)  # tell the guide
    crossing.wait()  # ... who lets all go when the last one has come
    log.append(name + " crosses")


def hike(mp, names):
    with mp.Manager() as manager:
        log, bridge, crossing = manager.list(), manager.Queue(), manager.Event()
        children = [mp.Process(target=walk, args=(n, log, bridge, crossing)) for n in names]
        for child in children:
            child.start()
        for _ in names:
            bridge.get()
        crossing.set()
        for child in children:
            child.join()
        return list(log)


# %% wrong: nobody-waited
def walk(name, log, bridge):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    log.append(f"{name} crosses")


# %% wrong: too-few-parties
def hike(mp, names, plain=hike):
    return plain(mp, names)


class Fewer(list):
    def __len__(self):
        return super().__len__() - 1


def hike(mp, names, plain=hike):
    return plain(mp, Fewer(names))


# %% wrong: too-many-parties
class More(list):
    def __len__(self):
        return super().__len__() + 1


def hike(mp, names, plain=hike):
    return plain(mp, More(names))


# %% wrong: own-barrier
import threading


def walk(name, log, bridge):
    if name.startswith("slow"):
        time.sleep(0.15)
    bridge = threading.Barrier(1)
    log.append(f"{name} arrives")
    bridge.wait()
    log.append(f"{name} crosses")


# %% wrong: slept
def walk(name, log, bridge):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    time.sleep(0.05)
    log.append(f"{name} crosses")


# %% wrong: one-after-another
def hike(mp, names):
    with mp.Manager() as manager:
        log, bridge = manager.list(), manager.Barrier(len(names))
        for name in names:
            child = mp.Process(target=walk, args=(name, log, bridge))
            child.start()
            child.join()
        return log[:]


# %% wrong: looked-again-and-again
def walk(name, log, bridge):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    while sum(line.endswith("arrives") for line in log) < bridge.parties:
        pass
    log.append(f"{name} crosses")


# %% wrong: sorted-afterwards
def walk(name, log):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    log.append(f"{name} crosses")


def hike(mp, names):
    with mp.Manager() as manager:
        log = manager.list()
        children = [mp.Process(target=walk, args=(name, log)) for name in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return sorted(log, key=lambda line: line.split()[-1])
