from multiprocessing.shared_memory import SharedMemory


def turn(name, group, guard):
    """A child, a turnstile: add each visitor to the first byte of the memory."""
    memory = SharedMemory(name)
    for visitor in group:
        with guard:  # nobody reads between my reading and my writing
            memory.buf[0] = memory.buf[0] + visitor
    memory.close()


def visitors(mp, groups):
    """Open a turnstile for each group. Return how many visitors came in all."""
    memory, guard = SharedMemory(create=True, size=1), mp.Lock()
    stiles = [mp.Process(target=turn, args=(memory.name, group, guard)) for group in groups]
    for stile in stiles:
        stile.start()
    for stile in stiles:
        stile.join()
    total = memory.buf[0]
    memory.close()
    memory.unlink()  # once, by the one who made it, when all have done
    return total
