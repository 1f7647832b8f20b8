def write(pair, lock, between, values):
    """A child: write each value into both halves of the pair."""
    for value in values:
        with lock:  # from the first half to the last: nobody sees what is in between
            pair[0] = value
            between()
            pair[1] = value


def read(pair, lock, between, seen):
    """Another child: read the pair three times."""
    for n in (0, 2, 4):
        with lock:  # the same lock: who only reads needs it, too
            first = pair[0]
            between()
            second = pair[1]
        seen[n : n + 2] = first, second  # what takes time, and needs no lock, comes after it


def watch(mp, between, values):
    """Let one child write while another one reads; return what was read, and what is in the end."""
    pair, seen = mp.Array("i", 2, lock=False), mp.Array("i", 6, lock=False)
    lock = mp.Lock()
    writer = mp.Process(target=write, args=(pair, lock, between, values))
    reader = mp.Process(target=read, args=(pair, lock, between, seen))
    writer.start()
    reader.start()
    writer.join()
    reader.join()
    return [*(tuple(seen[n : n + 2]) for n in (0, 2, 4)), tuple(pair)]
