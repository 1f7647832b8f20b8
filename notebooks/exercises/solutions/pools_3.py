kept = []


def keep(notes):
    """The initializer: each worker runs it once, at its birth."""
    kept[:] = [notes]


def note(number):
    """A task: put the number and its square."""
    [notes] = kept
    notes.put((number, number * number))


def noted(mp, numbers):
    """Return the squares of all numbers, in order; they come through a queue."""
    notes = mp.Queue()
    with mp.Pool(2, keep, (notes,)) as pool:  # at their birth workers may get a queue
        pool.map(note, numbers)
        squares = dict(notes.get() for _ in numbers)
    return [squares[number] for number in numbers]
