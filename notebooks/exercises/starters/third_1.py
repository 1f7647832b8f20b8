def total(mp, target, jobs):
    """Let a worker do the jobs; if it dies, another one. Return the sum of all results."""
    found = 0
    while True:
        mine, yours = mp.Pipe()
        worker = mp.Process(target=target, args=(yours,))
        worker.start()
        mine.send(jobs)
        try:
            for _ in jobs:
                found += mine.recv()[1]
            mine.send(None)
            return found
        except EOFError:
            worker.join()
