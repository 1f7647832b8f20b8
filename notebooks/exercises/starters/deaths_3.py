def results(mp, target, jobs):
    """Return the result of each job, in order; None for a job that has cost two workers."""
    mine, yours = mp.Pipe()
    worker = mp.Process(target=target, args=(yours,))
    worker.start()
    found = []
    for job in jobs:
        mine.send(job)
        found.append(mine.recv())
    mine.send(None)
    worker.join()
    return found
