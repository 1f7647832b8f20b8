from multiprocessing.shared_memory import SharedMemory


def turn(name, group):
    """A child, a turnstile: add each visitor to the first byte of the memory."""
    memory = SharedMemory(name)
    for visitor in group:
        memory.buf[0] = memory.buf[0] + visitor
    memory.close()


def visitors(mp, groups):
    """Open a turnstile for each group. Return how many visitors came in all."""
    memory = SharedMemory(create=True, size=1)
    stiles = [mp.Process(target=turn, args=(memory.name, group)) for group in groups]
    for stile in stiles:
        stile.start()
    for stile in stiles:
        stile.join()
    total = memory.buf[0]
    memory.close()
    return total
