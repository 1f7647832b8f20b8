def results(mp, target, jobs):
    """Return the result of each job, in order; None for a job that has cost two workers."""
    worker, line = new_worker(mp, target)
    found = []
    for job in jobs:
        found.append(None)
        for _ in range(2):  # two tries: some jobs would crash every worker
            try:
                line.send(job)
                found[-1] = line.recv()  # only now is the job done
                break
            except (EOFError, OSError):  # the worker has died, with the job in its hands
                worker.join()
                worker, line = new_worker(mp, target)
    line.send(None)
    worker.join()
    return found


def new_worker(mp, target):
    mine, yours = mp.Pipe()
    worker = mp.Process(target=target, args=(yours,))
    worker.start()
    yours.close()  # so that the worker's death is an end of file here
    return worker, mine
