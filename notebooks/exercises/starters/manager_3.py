def total(rain):
    """The sum of all values of a managed dict."""
    result = 0
    for town in rain:
        if rain[town] > 0:
            result += rain[town]
    return result
