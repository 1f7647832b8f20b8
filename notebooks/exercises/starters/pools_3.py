def note(notes, number):
    """A task: put the number and its square."""
    notes.put((number, number * number))


def noted(mp, numbers):
    """Return the squares of all numbers, in order; they come through a queue."""
    notes = mp.Queue()
    with mp.Pool(2) as pool:
        pool.starmap(note, [(notes, number) for number in numbers])
        squares = dict(notes.get() for _ in numbers)
    return [squares[number] for number in numbers]
