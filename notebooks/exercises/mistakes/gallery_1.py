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


# %% second (a log that is looked at)
import time


def walk(name, log, count):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    while sum(line.endswith("arrives") for line in log[:]) < count:
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


# %% second (a gate in a Value)
import time


def walk(name, log, here, gate):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    with here.get_lock():
        here.value += 1
    while not gate.value:
        time.sleep(0.01)
    log.append(f"{name} crosses")


def hike(mp, names):
    with mp.Manager() as manager:
        log, here, gate = manager.list(), mp.Value("i", 0), mp.Value("b", 0)
        children = [mp.Process(target=walk, args=(name, log, here, gate)) for name in names]
        for child in children:
            child.start()
        while here.value < len(names):
            time.sleep(0.01)
        gate.value = 1
        for child in children:
            child.join()
        return log[:]


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


# %% wrong: slept (half a second)
def walk(name, log, bridge):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    time.sleep(0.5)
    log.append(f"{name} crosses")


# %% wrong: waited-elsewhere
def walk(name, log, bridge):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    log.append(f"{name} crosses")
    bridge.wait()


# %% wrong: parent-wrote
def walk(name, log, bridge):
    bridge.wait()


def hike(mp, names):
    with mp.Manager() as manager:
        log, bridge = manager.list(), manager.Barrier(len(names))
        children = [mp.Process(target=walk, args=(name, log, bridge)) for name in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        for name in names:
            log.append(f"{name} arrives")
        for name in names:
            log.append(f"{name} crosses")
        return log[:]


# %% wrong: too-few-children
def walk_all(names, log):
    for step in ("arrives", "crosses"):
        for name in names:
            log.append(f"{name} {step}")


def hike(mp, names):
    with mp.Manager() as manager:
        log = manager.list()
        child = mp.Process(target=walk_all, args=(names, log))
        child.start()
        child.join()
        return log[:]


# %% wrong: gave-up
import threading


def walk(name, log, bridge):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    try:
        bridge.wait(0.1)
    except threading.BrokenBarrierError:
        pass
    log.append(f"{name} crosses")


# %% wrong: slept (long enough)
def walk(name, log, bridge):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    time.sleep(1.5)
    log.append(f"{name} crosses")


# %% wrong: gave-up (at a barrier without a manager)
import threading


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


# %% wrong: too-few-parties (without a manager)
def hike(mp, names):
    bridge = mp.Barrier(len(names) - 1)
    with mp.Manager() as manager:
        log = manager.list()
        children = [mp.Process(target=walk, args=(name, log, bridge)) for name in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return log[:]


# %% wrong: waited-elsewhere (without a manager)
def walk(name, log, bridge):
    if name.startswith("slow"):
        time.sleep(0.15)
    bridge.wait()
    log.append(f"{name} arrives")
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
