# %% right: two keys on a board
# Two keys hang on the board, a queue. Who has none waits for one; whoever leaves hangs it back.
import time


def visit(log, board):
    key = board.get()
    log.append(+1)
    time.sleep(0.15)
    log.append(-1)
    board.put(key)


def develop(mp, names):
    with mp.Manager() as manager:
        log, board = manager.list(), manager.Queue()
        for key in ("red", "blue"):
            board.put(key)
        children = [mp.Process(target=visit, args=(log, board)) for _ in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return log[:]


# %% right: two places, tried in turn
# Two locks for two places. Each member tries one and then the other, until one is free.
import time


def visit(log, places):
    turn = 0
    while not places[turn].acquire(timeout=0.01):
        turn = 1 - turn
    log.append(+1)
    time.sleep(0.15)
    log.append(-1)
    places[turn].release()


def develop(mp, names):
    places = [mp.Lock(), mp.Lock()]
    with mp.Manager() as manager:
        log = manager.list()
        children = [mp.Process(target=visit, args=(log, places)) for _ in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return log[:]


# %% wrong: look, then go in
# Between the look and the +1 another one looks. Three may see room for one.
import time


def visit(log):
    while sum(log[:]) >= 2:
        time.sleep(0.01)
    log.append(+1)
    time.sleep(0.15)
    log.append(-1)


def develop(mp, names):
    with mp.Manager() as manager:
        log = manager.list()
        children = [mp.Process(target=visit, args=(log,)) for _ in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return log[:]


# %% wrong: two by two
# The next two wait until both are out, even if one has long left: there is room, and nobody goes in.
import time


def visit(log):
    log.append(+1)
    time.sleep(0.15)
    log.append(-1)


def develop(mp, names):
    with mp.Manager() as manager:
        log = manager.list()
        children = [mp.Process(target=visit, args=(log,)) for _ in names]
        while children:
            pair, children = children[:2], children[2:]
            for child in pair:
                child.start()
            for child in pair:
                child.join()
        return log[:]


# %% wrong: the key is given back too early
# The -1 is written after the place is free: the next one's +1 may come before it.
import time


def visit(log, places):
    with places:
        log.append(+1)
        time.sleep(0.15)
    log.append(-1)


def develop(mp, names):
    places = mp.Semaphore(2)
    with mp.Manager() as manager:
        log = manager.list()
        children = [mp.Process(target=visit, args=(log, places)) for _ in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return log[:]
