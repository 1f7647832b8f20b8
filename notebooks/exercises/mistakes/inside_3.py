# %% second
def findings():
    arrived = {"Ada": 3, "Bo": 1, "Cy": 1}
    found = {f"arrived from {name}": number for name, number in arrived.items()}
    return found | {"put, and never sent": 9 - sum(arrived.values()), "waited at the end": "ada"}


# %% wrong: unanswered under spawn
right = findings


def findings():
    return right() | {"arrived from Bo": None}


# %% wrong: other-shape under spawn
def findings():
    return [3, 1, 1]


# %% wrong: counted-the-puts under spawn
right = findings


def findings():
    return right() | {"arrived from Bo": 3, "arrived from Cy": 3}


# %% wrong: another-number under spawn
right = findings


def findings():
    return right() | {"arrived from Cy": 2}


# %% wrong: lost-count under spawn
right = findings


def findings():
    return right() | {"put, and never sent": 2}


# %% wrong: nobody-waits under spawn
right = findings


def findings():
    return right() | {"waited at the end": "Bo"}
