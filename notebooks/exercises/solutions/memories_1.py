def grid():
    """What happens to five objects in a child."""
    fork, spawn = "same id under fork", "same id under spawn"
    # Under fork the whole memory is copied, with every address; under spawn nothing is.
    # So the id columns are the same in all rows, and tell nothing about the first column.
    return {
        "list argument": {"arrives": False, fork: True, spawn: False},
        "global list": {"arrives": False, fork: True, spawn: False},
        "queue": {"arrives": True, fork: True, spawn: False},
        "mp.Value": {"arrives": True, fork: True, spawn: False},
        "Manager list": {"arrives": True, fork: True, spawn: False},
    }
