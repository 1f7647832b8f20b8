def choices():
    """For each program: "fork", "spawn", "forkserver", or "the caller's"."""
    return {
        "a tool for Windows, macOS and Linux": None,
        "a notebook on Linux": None,
        "Linux, threads, a thousand short-lived children": None,
        "Linux, no threads, 20 GB that children only read": None,
        "a library that other programs import": None,
    }
