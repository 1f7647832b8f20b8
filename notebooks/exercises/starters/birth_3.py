import random

dice = random.Random()


def throw(line):
    """A child: throw the dice."""
    line.send(dice.randint(1, 1_000_000))


def throws(mp, seed, players):
    """Return what each player throws, player 0 first; each of them is a child."""
    dice.seed(seed)
    lines = []
    for _ in range(players):
        mine, yours = mp.Pipe()
        mp.Process(target=throw, args=(yours,)).start()
        lines.append(mine)
    return [line.recv() for line in lines]
