def add(channel, answer):
    total = 0
    while (number := channel.get()) is not None:
        total += number
    answer.put(total)


def add_up(mp, numbers, most):
    """Let a child add the numbers up. Send it lists of `most` numbers; the last may be shorter."""
    channel, answer = mp.Queue(), mp.Queue()
    child = mp.Process(target=add, args=(channel, answer))
    child.start()
    for number in numbers:
        channel.put(number)
    channel.put(None)
    total = answer.get()
    child.join()
    return total
