# %% second
def choices():
    everywhere, notebook, many, data, library = (
        "a tool for Windows, macOS and Linux",
        "a notebook on Linux",
        "Linux, threads, a thousand short-lived children",
        "Linux, no threads, 20 GB that children only read",
        "a library that other programs import",
    )
    found = dict.fromkeys((notebook, many), "forkserver")
    return found | {everywhere: "Spawn", data: "fork", library: "the caller's"}


# %% wrong: unanswered under spawn
right = choices


def choices():
    return right() | {"a notebook on Linux": None}


# %% wrong: other-shape under spawn
def choices():
    return "spawn"


# %% wrong: no-start-method under spawn
right = choices


def choices():
    return right() | {"a notebook on Linux": "threads"}


# %% wrong: not-everywhere under spawn
right = choices


def choices():
    return right() | {"a tool for Windows, macOS and Linux": "forkserver"}


# %% wrong: fork-in-a-notebook under spawn
right = choices


def choices():
    return right() | {"a notebook on Linux": "fork"}


# %% wrong: a-thousand-births under spawn
right = choices


def choices():
    return right() | {"Linux, threads, a thousand short-lived children": "spawn"}


# %% wrong: a-thousand-births (fork beside threads) under spawn
right = choices


def choices():
    return right() | {"Linux, threads, a thousand short-lived children": "fork"}


# %% wrong: pickled-it-all under spawn
right = choices


def choices():
    return right() | {"Linux, no threads, 20 GB that children only read": "spawn"}


# %% wrong: decided-for-others under spawn
right = choices


def choices():
    return right() | {"a library that other programs import": "spawn"}
