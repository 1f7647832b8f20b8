def add(count, lock):
    """Add one to count.value. Other processes do the same, at the same time."""
    with lock:  # from before the reading to after the writing
        count.value += 1
