# %% second
from multiprocessing.shared_memory import ShareableList


def sign(name_of_table, place, name):
    table = ShareableList(name=name_of_table)
    table[place] = name.encode()
    table.shm.close()


def high_score(mp, names):
    table = ShareableList([bytes(range(1, 100))] * len(names))
    for place, name in enumerate(names):
        mp.Process(target=sign, args=(table.shm.name, place, name)).start()
    for child in mp.active_children():
        child.join()
    signed = [name.decode() for name in table]
    table.shm.close()
    table.shm.unlink()
    return signed


# %% wrong: no-room
LONGEST = 1


# %% wrong: cannot-grow
def sign(table, place, name):
    table.append(name)
    table.shm.close()


# %% wrong: filled-up
def sign(table, place, name):
    table[place] = name.ljust(20)
    table.shm.close()


# %% wrong: cut-off
LONGEST = 8


def sign(table, place, name):
    table[place] = name.encode()[:8].decode(errors="ignore")
    table.shm.close()


# %% wrong: changed-a-copy
def sign(table, place, name):
    table[place] = name


def high_score(mp, names):
    table = [""] * len(names)
    children = [
        mp.Process(target=sign, args=(table, place, name)) for place, name in enumerate(names)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return table


# %% wrong: not-in-shared-memory
def sign(table, place, name):
    table[place] = name


def high_score(mp, names):
    with mp.Manager() as manager:
        table = manager.list([""] * len(names))
        children = [
            mp.Process(target=sign, args=(table, place, name)) for place, name in enumerate(names)
        ]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return list(table)


# %% wrong: left-behind
def high_score(mp, names):
    table = ShareableList([" " * LONGEST] * len(names))
    children = [
        mp.Process(target=sign, args=(table, place, name)) for place, name in enumerate(names)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    signed = list(table)
    table.shm.close()
    return signed
