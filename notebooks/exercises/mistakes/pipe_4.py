# %% second
def findings():
    circle = ["parent", "Ada", "Bo", "parent"]
    return dict(zip(circle, circle[1:])) | {"last message": "tea? You, too?"}


# %% wrong: unanswered under spawn
right = findings


def findings():
    return right() | {"Bo": None}


# %% wrong: turned-round under spawn
right = findings


def findings():
    return right() | {"parent": "Bo", "Bo": "Ada", "Ada": "parent"}


# %% wrong: short-circle under spawn
right = findings


def findings():
    return right() | {"Bo": "Ada"}


# %% wrong: short-circle (the parent and Bo) under spawn
right = findings


def findings():
    return right() | {"parent": "Bo"}


# %% wrong: another-circle under spawn
right = findings


def findings():
    return right() | {"Ada": "the waiter"}


# %% wrong: never-arrived under spawn
right = findings


def findings():
    return right() | {"last message": "Yes, please"}


# %% wrong: other-shape under spawn
def findings():
    return "Bo waits"
