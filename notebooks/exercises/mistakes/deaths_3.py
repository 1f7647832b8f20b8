# %% second
class Workplace:
    def __init__(self, mp, target):
        self.mp, self.target, self.worker = mp, target, None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.worker:
            self.line.send(None)
            self.worker.join()

    def ask(self, job, tries=2):
        if not tries:
            return None
        if not self.worker:
            self.line, yours = self.mp.Pipe()
            self.worker = self.mp.Process(target=self.target, args=(yours,))
            self.worker.start()
            yours.close()
        self.line.send(job)
        try:
            return self.line.recv()
        except (OSError, EOFError):
            pass
        self.worker.join()
        self.worker = None
        return self.ask(job, tries - 1)


def results(mp, target, jobs):
    with Workplace(mp, target) as place:
        return [place.ask(job) for job in jobs]


# %% wrong: waited-for-the-dead
def results(mp, target, jobs):
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


# %% wrong: eof-not-caught
def results(mp, target, jobs):
    worker, line = new_worker(mp, target)
    found = []
    for job in jobs:
        line.send(job)
        found.append(line.recv())
    line.send(None)
    worker.join()
    return found


# %% wrong: lost-the-job
def results(mp, target, jobs):
    worker, line = new_worker(mp, target)
    found = []
    for job in jobs:
        line.send(job)
        try:
            found.append(line.recv())
        except EOFError:
            found.append(None)
            worker.join()
            worker, line = new_worker(mp, target)
    line.send(None)
    worker.join()
    return found


# %% wrong: lost-the-job (and its place)
def results(mp, target, jobs):
    worker, line = new_worker(mp, target)
    found = []
    for job in jobs:
        line.send(job)
        try:
            found.append(line.recv())
        except EOFError:
            worker.join()
            worker, line = new_worker(mp, target)
    line.send(None)
    worker.join()
    return found


# %% wrong: for-ever
def results(mp, target, jobs):
    worker, line = new_worker(mp, target)
    found = []
    for job in jobs:
        while True:
            line.send(job)
            try:
                found.append(line.recv())
                break
            except EOFError:
                worker.join()
                worker, line = new_worker(mp, target)
    line.send(None)
    worker.join()
    return found


# %% wrong: too-many-workers
def results(mp, target, jobs):
    found = []
    for job in jobs:
        found.append(None)
        for _ in range(2):
            worker, line = new_worker(mp, target)
            line.send(job)
            try:
                found[-1] = line.recv()
                line.send(None)
                worker.join()
                break
            except EOFError:
                worker.join()
    return found


# %% wrong: did-it-again
def results(mp, target, jobs):
    found = {}
    for _ in range(2):
        worker, line = new_worker(mp, target)
        try:
            for job in jobs:
                line.send(job)
                found[job] = line.recv()
            line.send(None)
            worker.join()
            break
        except EOFError:
            worker.join()
    return [found.get(job) for job in jobs]


# %% wrong: never-sent-home
def results(mp, target, jobs):
    worker, line = new_worker(mp, target)
    found = []
    for job in jobs:
        found.append(None)
        for _ in range(2):
            try:
                line.send(job)
                found[-1] = line.recv()
                break
            except EOFError:
                worker.join()
                worker, line = new_worker(mp, target)
    worker.terminate()
    worker.join()
    return found


# %% wrong: never-sent-home (it is waited for)
def results(mp, target, jobs):
    worker, line = new_worker(mp, target)
    found = []
    for job in jobs:
        line.send(job)
        found.append(line.recv())
    worker.join()
    return found
