# %% right: a copy
def total(rain):
    return sum(rain.copy().values())


# %% right: the pairs
def total(rain):
    millimetres = 0
    for town, amount in rain.items():
        millimetres += amount
    return millimetres


# %% wrong: the keys first
def total(rain):
    return sum(rain[town] for town in rain.keys())


# %% wrong: it counts the towns, too
def total(rain):
    return sum(rain.values()) if len(rain) else 0
