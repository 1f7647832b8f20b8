# %% second
from multiprocessing.connection import wait


def run(task, line):
    line.send(task())


def run_all(mp, tasks):
    results = []
    for task in tasks:
        mine, yours = mp.Pipe()
        child = mp.Process(target=run, args=(task, yours))
        child.start()
        wait([mine, child.sentinel])
        child.join()
        results.append(mine.recv() if mine.poll() else None)
    return results


# %% wrong: one-queue
def run(task, results):
    results.put(task())


def run_all(mp, tasks):
    results = mp.Queue()
    children = [mp.Process(target=run, args=(task, results)) for task in tasks]
    for child in children:
        child.start()
    return [results.get() for _ in children]


# %% wrong: kept-a-writer
def run_all(mp, tasks):
    lines, children = [], []
    for task in tasks:
        reader, writer = mp.Pipe(duplex=False)
        children.append(mp.Process(target=run, args=(task, writer)))
        children[-1].start()
        lines.append((reader, writer))
    results = [result_of(line) for line, _ in lines]
    for child in children:
        child.join()
    return results


# %% wrong: not-caught
def result_of(line):
    return line.recv()


# %% wrong: left-out
def run_all(mp, tasks):
    lines, children = [], []
    for task in tasks:
        reader, writer = mp.Pipe(duplex=False)
        children.append(mp.Process(target=run, args=(task, writer)))
        children[-1].start()
        writer.close()
        lines.append(reader)
    results = [result_of(line) for line in lines]
    for child in children:
        child.join()
    return [result for result in results if result is not None]


# %% wrong: not-none
def result_of(line):
    try:
        return line.recv()
    except EOFError:
        return "fell over"


# %% wrong: exit-codes
def run_all(mp, tasks):
    lines, children = [], []
    for task in tasks:
        reader, writer = mp.Pipe(duplex=False)
        children.append(mp.Process(target=run, args=(task, writer)))
        children[-1].start()
        writer.close()
        lines.append(reader)
    results = [result_of(line) for line in lines]
    for child in children:
        child.join()
    return [child.exitcode for child in children]
