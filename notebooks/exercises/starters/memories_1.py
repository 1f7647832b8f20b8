def grid():
    """Your predictions: True or False in the place of each None.

    arrives: the child changes the object, and the parent sees it (or gets it).
    same id: id(object) is the same number in the child as in the parent.
    """
    fork, spawn = "same id under fork", "same id under spawn"
    return {
        "list argument": {"arrives": None, fork: None, spawn: None},
        "global list": {"arrives": None, fork: None, spawn: None},
        "queue": {"arrives": None, fork: None, spawn: None},
        "mp.Value": {"arrives": None, fork: None, spawn: None},
        "Manager list": {"arrives": None, fork: None, spawn: None},
    }
