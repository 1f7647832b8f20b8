def consume(box, producers, results):
    """Add up the numbers in `box`, until all producers have ended. Put the sum into `results`.

    Each of the `producers` producers puts a None after its last number.
    """
    total = 0
    while producers:  # how many of them are still at work
        number = box.get()
        if number is None:
            producers -= 1
        else:
            total += number
    results.put(total)
