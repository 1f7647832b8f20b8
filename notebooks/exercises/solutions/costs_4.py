def batch(count, size):
    """Return a list of `count` messages of `size` bytes each, fit for a benchmark."""
    return [bytes(size) for _ in range(count)]  # bytes(size) runs each time: a new object
