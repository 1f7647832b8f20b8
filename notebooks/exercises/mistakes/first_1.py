# %% second
def count(box, votes, guard):
    for name in iter(box.get, ""):
        guard.acquire()
        try:
            votes.update({name: votes.get(name, 0) + 1})
        finally:
            guard.release()


def result(mp, ballots, counters):
    with mp.Manager() as manager:
        box, votes, guard = mp.Queue(), manager.dict(), manager.Lock()
        for name in ballots:
            box.put(name)
        children = []
        for _ in range(counters):
            children.append(mp.Process(target=count, args=(box, votes, guard)))
            children[-1].start()
            box.put("")
        for child in children:
            child.join()
        return dict(votes)


# %% wrong: one-sentinel
def result(mp, ballots, counters):
    with mp.Manager() as manager:
        box, votes, guard = mp.Queue(), manager.dict(), mp.Lock()
        children = [mp.Process(target=count, args=(box, votes, guard)) for _ in range(counters)]
        for child in children:
            child.start()
        for name in [*ballots, None]:
            box.put(name)
        for child in children:
            child.join()
        return votes.copy()


# %% wrong: no-sentinel
def result(mp, ballots, counters):
    with mp.Manager() as manager:
        box, votes, guard = mp.Queue(), manager.dict(), mp.Lock()
        children = [mp.Process(target=count, args=(box, votes, guard)) for _ in range(counters)]
        for child in children:
            child.start()
        for name in ballots:
            box.put(name)
        for child in children:
            child.join()
        return votes.copy()


# %% wrong: lost-update
def count(box, votes, guard):
    while (name := box.get()) is not None:
        votes[name] = votes.get(name, 0) + 1


# %% wrong: lost-update (the lock is too short)
def count(box, votes, guard):
    while (name := box.get()) is not None:
        so_far = votes.get(name, 0)
        with guard:
            votes[name] = so_far + 1


# %% wrong: own-lock
def result(mp, ballots, counters):
    with mp.Manager() as manager:
        box, votes = mp.Queue(), manager.dict()
        locks = [mp.Lock() for _ in range(counters)]
        children = [mp.Process(target=count, args=(box, votes, guard)) for guard in locks]
        for child in children:
            child.start()
        for name in [*ballots, *[None] * counters]:
            box.put(name)
        for child in children:
            child.join()
        return votes.copy()


# %% wrong: returned-proxy
def result(mp, ballots, counters):
    with mp.Manager() as manager:
        box, votes, guard = mp.Queue(), manager.dict(), mp.Lock()
        children = [mp.Process(target=count, args=(box, votes, guard)) for _ in range(counters)]
        for child in children:
            child.start()
        for name in [*ballots, *[None] * counters]:
            box.put(name)
        for child in children:
            child.join()
        return votes


# %% wrong: after-the-end
def result(mp, ballots, counters):
    with mp.Manager() as manager:
        box, votes, guard = mp.Queue(), manager.dict(), mp.Lock()
        children = [mp.Process(target=count, args=(box, votes, guard)) for _ in range(counters)]
        for child in children:
            child.start()
        found = votes.copy()
    for name in [*ballots, *[None] * counters]:
        box.put(name)
    for child in children:
        child.join()
    return found
