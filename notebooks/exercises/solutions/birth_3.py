import random


def throw(seed, player, line):
    """A child: throw dice of its own."""
    dice = random.Random(f"{seed}-{player}")  # made here: no copy of anybody's, and repeatable
    line.send(dice.randint(1, 1_000_000))


def throws(mp, seed, players):
    """Return what each player throws, player 0 first; each of them is a child."""
    lines = []
    for player in range(players):
        mine, yours = mp.Pipe()
        mp.Process(target=throw, args=(seed, player, yours)).start()
        lines.append(mine)
    return [line.recv() for line in lines]
