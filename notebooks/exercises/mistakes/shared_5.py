# %% second
def choices():
    pixels = "50 MB of pixels that workers change with NumPy"
    return {
        pixels: "sharedmemorymanager",
        "one number that four workers add to": "VALUE",
        "many segments, and nobody shall have to unlink": "SharedMemoryManager",
        "seven names and numbers, each with a place of its own": "ShareableList",
        "a file of 20 GB of which each worker reads a part": "mmap",
        "orders of any length, each for one worker": "Queue",
    }


# %% wrong: other-shape under spawn
def choices():
    return "Value"


# %% wrong: no-lock-of-its-own under spawn
right = choices


def choices():
    return right() | {"one number that four workers add to": "SharedMemory"}


# %% wrong: no-plain-bytes under spawn
right = choices


def choices():
    return right() | {"50 MB of pixels that workers change with NumPy": "ShareableList"}


# %% wrong: who-unlinks under spawn
right = choices


def choices():
    return right() | {"many segments, and nobody shall have to unlink": "SharedMemory"}


# %% wrong: mixed-items under spawn
right = choices


def choices():
    return right() | {"seven names and numbers, each with a place of its own": "Value"}


# %% wrong: all-of-it under spawn
right = choices


def choices():
    return right() | {"a file of 20 GB of which each worker reads a part": "SharedMemory"}


# %% wrong: shared-for-nothing under spawn
right = choices


def choices():
    return right() | {"orders of any length, each for one worker": "ShareableList"}


# %% wrong: unanswered under spawn
right = choices


def choices():
    return right() | {"a file of 20 GB of which each worker reads a part": None}


# %% wrong: no-such-kind under spawn
right = choices


def choices():
    return right() | {"a file of 20 GB of which each worker reads a part": "Manager"}
