def add(channel, answer):
    total = 0
    while (batch := channel.get()) is not None:
        total += sum(batch)
    answer.put(total)


def add_up(mp, numbers, most):
    """Let a child add the numbers up. Send it lists of `most` numbers; the last may be shorter."""
    channel, answer = mp.Queue(), mp.Queue()
    child = mp.Process(target=add, args=(channel, answer))
    child.start()
    for begin in range(0, len(numbers), most):
        channel.put(numbers[begin : begin + most])  # a new list each time; the rest comes, too
    channel.put(None)
    total = answer.get()
    child.join()
    return total
