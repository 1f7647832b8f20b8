def choices():
    """For each job: "Value", "SharedMemory", "SharedMemoryManager", "ShareableList", "mmap"
    or "Queue"."""
    return {
        "one number that four workers add to": "Value",  # it brings a lock
        "50 MB of pixels that workers change with NumPy": "SharedMemory",  # plain bytes
        "many segments, and nobody shall have to unlink": "SharedMemoryManager",  # its server does
        "seven names and numbers, each with a place of its own": "ShareableList",
        "a file of 20 GB of which each worker reads a part": "mmap",  # only what is read is loaded
        "orders of any length, each for one worker": "Queue",  # messages: sharing would not help
    }
