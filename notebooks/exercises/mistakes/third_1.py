# %% second
def total(mp, target, jobs):
    return sum(results(mp, target, tuple(jobs)).values())


def results(mp, target, jobs):
    if not jobs:
        return {}
    mine, yours = mp.Pipe()
    worker = mp.Process(target=target, args=(yours,))
    worker.start()
    yours.close()
    found = {}
    try:
        mine.send(list(jobs))
        while len(found) < len(jobs):
            found.update([mine.recv()])
        mine.send(None)
    except (EOFError, OSError):
        pass
    worker.join()
    return found | results(mp, target, [job for job in jobs if job not in found])


# %% second (all again, by job)
def total(mp, target, jobs):
    done = {}
    while len(done) < len(jobs):
        mine, yours = mp.Pipe()
        worker = mp.Process(target=target, args=(yours,))
        worker.start()
        yours.close()
        mine.send(jobs)
        try:
            for _ in jobs:
                job, result = mine.recv()
                done[job] = result
            mine.send(None)
        except EOFError:
            pass
        worker.join()
    return sum(done.values())


# %% wrong: waited-for-the-dead
def total(mp, target, jobs):
    done = {}
    while missing := [job for job in jobs if job not in done]:
        mine, yours = mp.Pipe()
        worker = mp.Process(target=target, args=(yours,))
        worker.start()
        mine.send(missing)
        try:
            for _ in missing:
                job, result = mine.recv()
                done[job] = result
            mine.send(None)
        except EOFError:
            pass
        worker.join()
    return sum(done.values())


# %% wrong: eof-not-caught
def total(mp, target, jobs):
    mine, yours = mp.Pipe()
    worker = mp.Process(target=target, args=(yours,))
    worker.start()
    yours.close()
    mine.send(jobs)
    found = sum(mine.recv()[1] for _ in jobs)
    mine.send(None)
    worker.join()
    return found


# %% wrong: counted-twice
def total(mp, target, jobs):
    found, finished = 0, False
    while not finished:
        mine, yours = mp.Pipe()
        worker = mp.Process(target=target, args=(yours,))
        worker.start()
        yours.close()
        mine.send(jobs)
        try:
            for _ in jobs:
                job, result = mine.recv()
                found += result
            mine.send(None)
            finished = True
        except EOFError:
            pass
        worker.join()
    return found


# %% wrong: lost-a-job
def total(mp, target, jobs):
    mine, yours = mp.Pipe()
    worker = mp.Process(target=target, args=(yours,))
    worker.start()
    yours.close()
    mine.send(jobs)
    found = 0
    try:
        for _ in jobs:
            found += mine.recv()[1]
        mine.send(None)
    except EOFError:
        pass
    worker.join()
    return found


# %% wrong: lost-a-job (the one that it died of)
def total(mp, target, jobs):
    done, todo = {}, list(jobs)
    while todo:
        mine, yours = mp.Pipe()
        worker = mp.Process(target=target, args=(yours,))
        worker.start()
        yours.close()
        mine.send(todo)
        try:
            while todo:
                job, result = mine.recv()
                done[job] = result
                todo.pop(0)
            mine.send(None)
        except EOFError:
            todo.pop(0)
        worker.join()
    return sum(done.values())


# %% wrong: never-sent-home
def total(mp, target, jobs):
    done = {}
    while missing := [job for job in jobs if job not in done]:
        mine, yours = mp.Pipe()
        worker = mp.Process(target=target, args=(yours,))
        worker.start()
        yours.close()
        mine.send(missing)
        try:
            for _ in missing:
                job, result = mine.recv()
                done[job] = result
        except EOFError:
            pass
        worker.join()
    return sum(done.values())
