def choices():
    """For each program: "fork", "spawn", "forkserver", or "the caller's"."""
    return {
        "a tool for Windows, macOS and Linux": "spawn",  # the only one that is everywhere
        "a notebook on Linux": "spawn",  # its kernel has threads: anything but fork
        "Linux, threads, a thousand short-lived children": "forkserver",  # cheap, and no held locks
        "Linux, no threads, 20 GB that children only read": "fork",  # nothing to pickle, or to copy
        "a library that other programs import": "the caller's",  # take the context as an argument
    }
