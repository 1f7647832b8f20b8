# %% second
def add(line):
    line.send(sum(map(sum, iter(line.recv, "end"))))


def add_up(mp, numbers, most):
    mine, yours = mp.Pipe()
    child = mp.Process(target=add, args=(yours,))
    child.start()
    batch = []
    for number in numbers:
        batch.append(number)
        if len(batch) == most:
            mine.send(batch)
            batch = []
    if batch:
        mine.send(batch)
    mine.send("end")
    total = mine.recv()
    child.join()
    return total


# %% wrong: one-by-one
def add_up(mp, numbers, most):
    channel, answer = mp.Queue(), mp.Queue()
    child = mp.Process(target=add, args=(channel, answer))
    child.start()
    for number in numbers:
        channel.put([number])
    channel.put(None)
    total = answer.get()
    child.join()
    return total


# %% wrong: all-at-once
def add_up(mp, numbers, most):
    channel, answer = mp.Queue(), mp.Queue()
    child = mp.Process(target=add, args=(channel, answer))
    child.start()
    channel.put(numbers)
    channel.put(None)
    total = answer.get()
    child.join()
    return total


# %% wrong: lost-the-rest
def add_up(mp, numbers, most):
    channel, answer = mp.Queue(), mp.Queue()
    child = mp.Process(target=add, args=(channel, answer))
    child.start()
    batch = []
    for number in numbers:
        batch.append(number)
        if len(batch) == most:
            channel.put(batch)
            batch = []
    channel.put(None)
    total = answer.get()
    child.join()
    return total


# %% wrong: sent-again
def add_up(mp, numbers, most):
    channel, answer = mp.Queue(), mp.Queue()
    child = mp.Process(target=add, args=(channel, answer))
    child.start()
    for begin in range(0, len(numbers), most):
        channel.put(numbers[: begin + most])
    channel.put(None)
    total = answer.get()
    child.join()
    return total


# %% wrong: adds-lists
def add(channel, answer):
    total = 0
    while (batch := channel.get()) is not None:
        total += batch
    answer.put(total)


# %% wrong: no-end
def add_up(mp, numbers, most):
    channel, answer = mp.Queue(), mp.Queue()
    child = mp.Process(target=add, args=(channel, answer))
    child.start()
    for begin in range(0, len(numbers), most):
        channel.put(numbers[begin : begin + most])
    total = answer.get()
    child.join()
    return total


# %% wrong: first-list-only
def add(channel, answer):
    answer.put(sum(channel.get() or []))
