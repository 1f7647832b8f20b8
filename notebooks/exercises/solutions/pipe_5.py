def other_side(line, size):
    """A child: give `size` bytes, and get as many."""
    print("got", len(line.recv()), "bytes")  # the parent speaks first, so the child listens first
    line.send(bytes(size))


def swap(mp, size):
    """Swap parcels of `size` bytes with a child. Return how many bytes the parent has got."""
    mine, yours = mp.Pipe()
    child = mp.Process(target=other_side, args=(yours, size))
    child.start()
    mine.send(bytes(size))
    got = len(mine.recv())
    child.join()
    return got
