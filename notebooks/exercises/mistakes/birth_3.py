# %% second
import random


def throw(dice, results, player):
    results.put((player, dice.randint(1, 1_000_000)))


def throws(mp, seed, players):
    results = mp.Queue()
    children = []
    for player in range(players):
        dice = random.Random(f"{seed}-{player}")  # a copy of it travels, and nobody else uses it
        children.append(mp.Process(target=throw, args=(dice, results, player)))
    for child in children:
        child.start()
    found = dict(results.get() for _ in children)
    for child in children:
        child.join()
    return [found[player] for player in range(players)]


# %% wrong: same-throw
dice = random.Random()


def throw(seed, player, line):
    line.send(dice.randint(1, 1_000_000))


def throws(mp, seed, players):
    dice.seed(seed)
    lines = []
    for player in range(players):
        mine, yours = mp.Pipe()
        mp.Process(target=throw, args=(seed, player, yours)).start()
        lines.append(mine)
    return [line.recv() for line in lines]


# %% wrong: same-throw (one seed for all) under spawn
def throw(seed, player, line):
    line.send(random.Random(seed).randint(1, 1_000_000))


# %% wrong: not-repeatable
def throw(seed, player, line):
    line.send(random.Random().randint(1, 1_000_000))


# %% wrong: not-repeatable (seeded in the parent only) under spawn
dice = random.Random()


def throw(seed, player, line):
    line.send(dice.randint(1, 1_000_000))


# %% wrong: another-seed
def throw(seed, player, line):
    line.send(random.Random(seed + player).randint(1, 1_000_000))


# %% wrong: another-seed (the parent deals)
def throw(number, player, line):
    line.send(number)


def throws(mp, seed, players):
    dice, lines = random.Random(seed), []
    for player in range(players):
        mine, yours = mp.Pipe()
        mp.Process(target=throw, args=(dice.randint(1, 1_000_000), player, yours)).start()
        lines.append(mine)
    return [line.recv() for line in lines]


# %% wrong: out-of-order
def throws(mp, seed, players):
    lines = []
    for player in range(players):
        mine, yours = mp.Pipe()
        mp.Process(target=throw, args=(seed, player, yours)).start()
        lines.append(mine)
    return [line.recv() for line in reversed(lines)]


# %% wrong: too-few
def throws(mp, seed, players):
    mine, yours = mp.Pipe()
    children = [mp.Process(target=throw, args=(seed, player, yours)) for player in range(1)]
    for child in children:
        child.start()
    return [mine.recv()]


# %% wrong: one-by-one
def throws(mp, seed, players):
    found = []
    for player in range(players):
        mine, yours = mp.Pipe()
        child = mp.Process(target=throw, args=(seed, player, yours))
        child.start()
        found.append(mine.recv())
        child.join()
    return found


# %% wrong: not-through-mp
def throws(mp, seed, players):
    return [random.Random(f"{seed}-{n}").randint(1, 1_000_000) for n in range(players)]
