def serve(line):
    """A child: answer requests until None comes.

    ("sum", [1, 2]) gets 3, ("max", [4, 9]) gets 9, ("spell", ...) gets "unknown: spell".
    """
    known = {"sum": sum, "max": max}
    while (request := line.recv()) is not None:  # look for the end before you take it apart
        word, numbers = request
        if word in known:
            line.send(known[word](numbers))
        else:
            line.send(f"unknown: {word}")  # every request gets an answer: somebody waits for it
