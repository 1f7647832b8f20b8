# %% second
def shareable(values):
    return [value for value in values if not isinstance(value, (list, dict, set))]


# %% wrong: changeable-too
def shareable(values):
    return list(values)


# %% wrong: changeable-too (only lists)
SHAREABLE = (int, float, bool, str, bytes, tuple, memoryview, type(None), list)


# %% wrong: without-none
SHAREABLE = (int, float, bool, str, bytes, tuple, memoryview)


# %% wrong: without-tuples
SHAREABLE = (int, float, bool, str, bytes, memoryview, type(None))


# %% wrong: without-memoryview
SHAREABLE = (int, float, bool, str, bytes, tuple, type(None))


# %% wrong: numbers-only
SHAREABLE = (int, float, bool)


# %% wrong: true-or-false
def shareable(values):
    return [type(value) in SHAREABLE for value in values]
