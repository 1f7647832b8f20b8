# %% right: a barrier of mp
import time


def walk(name, log, meeting):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(name + " arrives")
    meeting.wait()
    log.append(name + " crosses")


def hike(mp, names):
    meeting = mp.Barrier(len(names))
    with mp.Manager() as m:
        log = m.list()
        ps = [mp.Process(target=walk, args=(name, log, meeting)) for name in names]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        return list(log)


# %% right: a semaphore
import time


def walk(name, log, arrived, go):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(name + " arrives")
    arrived.release()
    go.acquire()
    log.append(name + " crosses")


def hike(mp, names):
    arrived, go = mp.Semaphore(0), mp.Semaphore(0)
    with mp.Manager() as m:
        log = m.list()
        ps = [mp.Process(target=walk, args=(name, log, arrived, go)) for name in names]
        for p in ps:
            p.start()
        for _ in names:
            arrived.acquire()
        for _ in names:
            go.release()
        for p in ps:
            p.join()
        return list(log)


# %% wrong: a pause for all
import time


def walk(name, log):
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(name + " arrives")
    time.sleep(0.4)
    log.append(name + " crosses")


def hike(mp, names):
    with mp.Manager() as m:
        log = m.list()
        ps = [mp.Process(target=walk, args=(name, log)) for name in names]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        return list(log)


# %% wrong: waits before it arrives
import time


def walk(name, log, meeting):
    if name.startswith("slow"):
        time.sleep(0.15)
    meeting.wait()
    log.append(name + " arrives")
    time.sleep(0.01 * len(name))
    log.append(name + " crosses")


def hike(mp, names):
    with mp.Manager() as m:
        log, meeting = m.list(), m.Barrier(len(names) - 1)
        ps = [mp.Process(target=walk, args=(name, log, meeting)) for name in names[1:]]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        return list(log)
