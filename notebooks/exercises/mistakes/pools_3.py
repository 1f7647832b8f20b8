# %% second
def note(notes, number):
    notes.put((number, number * number))


def noted(mp, numbers):
    with mp.Manager() as manager:
        notes = manager.Queue()
        with mp.Pool(2) as pool:
            pool.starmap(note, [(notes, number) for number in numbers])
        squares = dict(notes.get() for _ in numbers)
    return [squares[number] for number in numbers]


# %% wrong: as-an-argument
def note(notes, number):
    notes.put((number, number * number))


def noted(mp, numbers):
    notes = mp.Queue()
    with mp.Pool(2) as pool:
        pool.starmap(note, [(notes, number) for number in numbers])
        squares = dict(notes.get() for _ in numbers)
    return [squares[number] for number in numbers]


# %% wrong: left-behind under spawn
def noted(mp, numbers):
    notes = mp.Queue()
    keep(notes)
    with mp.Pool(2) as pool:
        pool.map(note, numbers)
        squares = dict(notes.get() for _ in numbers)
    return [squares[number] for number in numbers]


# %% wrong: nobody-looked under spawn
def noted(mp, numbers):
    notes = mp.Queue()
    keep(notes)
    with mp.Pool(2) as pool:
        for number in numbers:
            pool.apply_async(note, (number,))
        squares = dict(notes.get() for _ in numbers)
    return [squares[number] for number in numbers]


# %% wrong: not-through-the-queue
def square(number):
    return number * number


def noted(mp, numbers):
    with mp.Pool(2) as pool:
        return pool.map(square, numbers)


# %% wrong: no-pool
def noted(mp, numbers):
    notes = mp.Queue()
    keep(notes)
    children = [mp.Process(target=note_with, args=(notes, number)) for number in numbers]
    for child in children:
        child.start()
    squares = dict(notes.get() for _ in numbers)
    return [squares[number] for number in numbers]


def note_with(notes, number):
    keep(notes)
    note(number)


# %% wrong: out-of-order
def noted(mp, numbers):
    notes = mp.Queue()
    with mp.Pool(2, keep, (notes,)) as pool:
        pool.map(note, numbers)
        return sorted(notes.get()[1] for _ in numbers)
