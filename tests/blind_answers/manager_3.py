# %% right: the value behind the proxy
# One request brings a plain copy of the whole sheet.
def total(rain):
    return sum(rain._getvalue().values())


# %% right: read from what is printed
# str() of a proxy asks the manager once, for the text of the dict.
import ast


def total(rain):
    return sum(ast.literal_eval(str(rain)).values())


# %% right: items, folded
# One request brings all pairs; the rest is done at home.
from functools import reduce


def total(rain):
    return reduce(lambda so_far, pair: so_far + pair[1], rain.items(), 0)


# %% wrong: dict(rain)
# dict() of a proxy asks for the keys, and then for each value: one request for each town, and one more.
def total(rain):
    plain = dict(rain)
    return sum(plain.values())


# %% wrong: asks twice
# Two requests, whatever the number of towns: one to see whether there is anything, one to fetch it.
def total(rain):
    if not rain.values():
        return 0
    return sum(rain.values())
