# %% second
def grid():
    rows = ["list argument", "global list", "queue", "mp.Value", "Manager list"]
    made_for_it = {"queue", "mp.Value", "Manager list"}
    return {
        row: {
            "arrives": row in made_for_it,
            "same id under fork": True,
            "same id under spawn": False,
        }
        for row in rows
    }


# %% wrong: unanswered
right = grid


def grid():
    answers = right()
    answers["queue"]["arrives"] = None
    return answers


# %% wrong: list-arrives
right = grid


def grid():
    answers = right()
    answers["list argument"]["arrives"] = True
    return answers


# %% wrong: global-arrives
right = grid


def grid():
    answers = right()
    answers["global list"]["arrives"] = True
    return answers


# %% wrong: queue-cut-off
right = grid


def grid():
    answers = right()
    answers["queue"]["arrives"] = False
    return answers


# %% wrong: value-copied
right = grid


def grid():
    answers = right()
    answers["mp.Value"]["arrives"] = False
    return answers


# %% wrong: manager-copied
right = grid


def grid():
    answers = right()
    answers["Manager list"]["arrives"] = False
    return answers


# %% wrong: id-under-fork
right = grid


def grid():
    answers = right()
    answers["list argument"]["same id under fork"] = False
    return answers


# %% wrong: id-under-spawn under spawn
right = grid


def grid():
    answers = right()
    answers["mp.Value"]["same id under spawn"] = True
    return answers


# %% wrong: other-shape
def grid():
    return {"list argument": False, "queue": True}
