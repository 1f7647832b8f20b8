def consume(box, producers, results):
    """Add up the numbers in `box`, until all producers have ended. Put the sum into `results`.

    Each of the `producers` producers puts a None after its last number.
    """
    total = 0
    while (number := box.get()) is not None:
        total += number
    results.put(total)
