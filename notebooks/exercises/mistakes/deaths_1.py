# %% second
from multiprocessing.connection import wait


def answers(mp, target, jobs):
    pipes = [mp.Pipe() for _ in jobs]
    children = [mp.Process(target=target, args=(job, it[1])) for job, it in zip(jobs, pipes)]
    for child in children:
        child.start()
    found = [hear(line, child) for (line, _), child in zip(pipes, children)]
    for child in children:
        child.join()
    return [child.exitcode if said is None else said for said, child in zip(found, children)]


def hear(line, child):
    wait([line, child.sentinel])
    return line.recv() if line.poll() else None


# %% wrong: waited-for-the-dead
def answers(mp, target, jobs):
    """A child for each job. Return, in order, its answer; or its exit code if it gave none."""
    pipes = [mp.Pipe(duplex=False) for _ in jobs]
    for job, (_, yours) in zip(jobs, pipes):
        mp.Process(target=target, args=(job, yours)).start()
    return [mine.recv() for mine, _ in pipes]


# %% wrong: eof-not-caught
def answer_or_code(line, child):
    wait([line, child.sentinel])
    answer = line.recv()
    child.join()
    return answer or child.exitcode


# %% wrong: joined-first
def answer_or_code(line, child):
    child.join()
    try:
        return line.recv()
    except EOFError:
        return child.exitcode


# %% wrong: lost-last-words
def answer_or_code(line, child):
    while child.is_alive():
        if line.poll(0.01):
            said = hear(line)
            child.join()
            return child.exitcode or said
    return child.exitcode or hear(line)


def hear(line):
    try:
        return line.recv()
    except EOFError:
        return None


# %% wrong: asked-too-early
def answers(mp, target, jobs):
    clerks = []
    for job in jobs:
        mine, yours = mp.Pipe(duplex=False)
        child = mp.Process(target=target, args=(job, yours))
        child.start()
        yours.close()
        clerks.append((mine, child, child.exitcode))
    return [answer_or(code, mine) for mine, child, code in clerks]


def answer_or(code, line):
    try:
        return line.recv()
    except EOFError:
        return code


# %% wrong: gave-up
def answer_or_code(line, child):
    if not line.poll(0.001):
        child.kill()
    child.join(2)
    try:
        return line.recv()
    except EOFError:
        return child.exitcode


# %% wrong: one-by-one
def answers(mp, target, jobs):
    found = []
    for job in jobs:
        mine, yours = mp.Pipe(duplex=False)
        child = mp.Process(target=target, args=(job, yours))
        child.start()
        yours.close()
        found.append(answer_or_code(mine, child))
    return found
