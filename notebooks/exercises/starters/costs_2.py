def take(numbers, line, count):
    line.send("ready")
    for _ in range(count):
        numbers.get()
    line.send("I have had them all")


def measure(mp, count, clock):
    """Return how long it takes until the consumer has had `count` messages.

    clock() is the time; call it twice.
    """
    numbers = mp.Queue()
    _, yours = mp.Pipe()
    child = mp.Process(target=take, args=(numbers, yours, count))
    began = clock()
    child.start()
    for number in range(count):
        numbers.put(number)
    took = clock() - began
    child.join()
    return took
