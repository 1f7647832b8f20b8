def total(mp, target, jobs):
    """Let a worker do the jobs; if it dies, another one. Return the sum of all results."""
    done = {}  # by job: what comes twice counts once
    while missing := [job for job in jobs if job not in done]:
        mine, yours = mp.Pipe()
        worker = mp.Process(target=target, args=(yours,))
        worker.start()
        yours.close()  # so that the worker's death is an end of file here
        mine.send(missing)
        try:
            for _ in missing:
                job, result = mine.recv()
                done[job] = result
            mine.send(None)
        except EOFError:
            pass  # it has died; the next one gets what is missing
        worker.join()
    return sum(done.values())
