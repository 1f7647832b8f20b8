def serve(line):
    """A child: answer requests until None comes.

    ("sum", [1, 2]) gets 3, ("max", [4, 9]) gets 9, ("spell", ...) gets "unknown: spell".
    """
    ...
