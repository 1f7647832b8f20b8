import time


def visit(log, room):
    """A child: go in, work for a moment, leave."""
    with room:  # waits for a free place, and gives it back at the end
        log.append(+1)
        time.sleep(0.15)
        log.append(-1)


def develop(mp, names):
    """Let a child visit the darkroom for each name. Return the log as a plain list."""
    with mp.Manager() as manager:
        log = manager.list()
        room = manager.Semaphore(2)  # two places, one semaphore for all
        children = [mp.Process(target=visit, args=(log, room)) for _ in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return log[:]
