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
    mine, yours = mp.Pipe()
    child = mp.Process(target=take, args=(numbers, yours, count))
    child.start()
    mine.recv()  # it lives: its birth is over
    began = clock()
    for number in range(count):
        numbers.put(number)
    mine.recv()  # the consumer's word, not put()'s
    took = clock() - began
    child.join()  # its end is not counted
    return took
