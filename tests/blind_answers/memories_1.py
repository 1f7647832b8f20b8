# %% right: row by row
# The ids say nothing: equal after fork, different after spawn, whatever arrives.
def grid():
    fork, spawn = "same id under fork", "same id under spawn"
    return {
        "list argument": {"arrives": False, fork: True, spawn: False},
        "global list": {"arrives": False, fork: True, spawn: False},
        "queue": {"arrives": True, fork: True, spawn: False},
        "mp.Value": {"arrives": True, fork: True, spawn: False},
        "Manager list": {"arrives": True, fork: True, spawn: False},
    }


# %% right: by one rule
# The columns of ids do not depend on the row: said so in code. The rows stand in another order.
def grid():
    shared = ["Manager list", "mp.Value", "queue"]
    rows = [*shared, "global list", "list argument"]
    ids = {"same id under spawn": False, "same id under fork": True}
    return {row: {**ids, "arrives": row in shared} for row in rows}


# %% wrong: the argument is the parent's own list
# As with a function that is called: the list in the child is taken for the parent's.
def grid():
    fork, spawn = "same id under fork", "same id under spawn"
    return {
        "list argument": {"arrives": True, fork: True, spawn: False},
        "global list": {"arrives": False, fork: True, spawn: False},
        "queue": {"arrives": True, fork: True, spawn: False},
        "mp.Value": {"arrives": True, fork: True, spawn: False},
        "Manager list": {"arrives": True, fork: True, spawn: False},
    }


# %% wrong: who shares has the same id
# The old text's conclusion: what arrives is one object, and so has one id under spawn, too.
def grid():
    fork, spawn = "same id under fork", "same id under spawn"
    return {
        "list argument": {"arrives": False, fork: False, spawn: False},
        "global list": {"arrives": False, fork: False, spawn: False},
        "queue": {"arrives": True, fork: True, spawn: True},
        "mp.Value": {"arrives": True, fork: True, spawn: True},
        "Manager list": {"arrives": True, fork: True, spawn: True},
    }


# %% wrong: a row is missing
# All that is said is right; nothing is said about the list of a manager.
def grid():
    fork, spawn = "same id under fork", "same id under spawn"
    return {
        "list argument": {"arrives": False, fork: True, spawn: False},
        "global list": {"arrives": False, fork: True, spawn: False},
        "queue": {"arrives": True, fork: True, spawn: False},
        "mp.Value": {"arrives": True, fork: True, spawn: False},
    }
