def post(letters, size):
    """A child: put one letter of `size` bytes."""
    letters.put(bytes(size))


def collect(mp, sizes):
    """Start a child for each size. Return how many bytes all letters have together."""
    letters = mp.Queue()
    children = [mp.Process(target=post, args=(letters, size)) for size in sizes]
    for child in children:
        child.start()
    total = sum(len(letters.get()) for _ in sizes)  # drain first: now each feeder thread is free
    for child in children:
        child.join()  # ... and each child can end
    return total
