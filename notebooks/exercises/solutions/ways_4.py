SHAREABLE = (int, float, bool, str, bytes, tuple, memoryview, type(None))


def shareable(values):
    """Return those of the values that go to another interpreter without pickle, in their order."""
    return [value for value in values if type(value) in SHAREABLE]  # cannot change, or only bytes
