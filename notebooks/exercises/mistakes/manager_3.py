# %% second
def total(rain):
    result = 0
    for millimetres in rain.copy().values():
        result += millimetres
    return result


# %% wrong: call-per-town
def total(rain):
    return sum(rain[town] for town in rain.keys())


# %% wrong: two-calls
def total(rain):
    return sum(rain.values()) if len(rain) else 0


# %% wrong: part-of-it
def total(rain):
    return max(rain.values())


# %% wrong: remembered
def total(rain):
    return 4950 + 1


# %% wrong: changed-it
def total(rain):
    result = 0
    for town in rain.keys():
        result += rain.pop(town)
    return result
