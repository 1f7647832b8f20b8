def add(count, lock):
    """Add one to count.value. Other processes do the same, at the same time."""
    count.value += 1
