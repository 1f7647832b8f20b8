def total(rain):
    """The sum of all values of a managed dict."""
    return sum(rain.values())  # one request; its reply is a plain list
