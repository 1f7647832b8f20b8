# %% right: a bounded semaphore of mp
import time


def visit(log, door):
    door.acquire()
    try:
        log.append(1)
        time.sleep(0.1)
        log.append(-1)
    finally:
        door.release()


def develop(mp, names):
    door = mp.BoundedSemaphore(2)
    with mp.Manager() as m:
        log = m.list()
        ps = [mp.Process(target=visit, args=(log, door)) for _ in names]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        return log[:]


# %% right: a queue with two places
import time


def visit(log, room):
    room.put("me")
    log.append(1)
    time.sleep(0.1)
    log.append(-1)
    room.get()


def develop(mp, names):
    with mp.Manager() as m:
        log, room = m.list(), m.Queue(2)
        ps = [mp.Process(target=visit, args=(log, room)) for _ in names]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        return log[:]


# %% wrong: a lock
import time


def visit(log, door):
    with door:
        log.append(1)
        time.sleep(0.1)
        log.append(-1)


def develop(mp, names):
    door = mp.Lock()
    with mp.Manager() as m:
        log = m.list()
        ps = [mp.Process(target=visit, args=(log, door)) for _ in names]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        return log[:]


# %% wrong: three fit
import time


def visit(log, door):
    with door:
        log.append(1)
        time.sleep(0.3)
        log.append(-1)


def develop(mp, names):
    with mp.Manager() as m:
        log, door = m.list(), m.Semaphore(3)
        ps = [mp.Process(target=visit, args=(log, door)) for _ in names]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        return log[:]
