def shareable(values):
    """Return those of the values that go to another interpreter without pickle, in their order."""
    return [value for value in values if isinstance(value, (int, str, list))]
