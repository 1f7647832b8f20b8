def choices():
    """For each job: "Value", "SharedMemory", "SharedMemoryManager", "ShareableList", "mmap"
    or "Queue"."""
    return {
        "one number that four workers add to": None,
        "50 MB of pixels that workers change with NumPy": None,
        "many segments, and nobody shall have to unlink": None,
        "seven names and numbers, each with a place of its own": None,
        "a file of 20 GB of which each worker reads a part": None,
        "orders of any length, each for one worker": None,
    }
