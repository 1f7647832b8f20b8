# %% second
def take(numbers, count):
    for _ in range(count + 1):
        numbers.get()
        numbers.task_done()


def measure(mp, count, clock):
    numbers = mp.JoinableQueue()
    child = mp.Process(target=take, args=(numbers, count))
    child.start()
    numbers.put("are you there?")
    numbers.join()
    began = clock()
    for number in range(count):
        numbers.put(number)
    numbers.join()
    took = clock() - began
    child.join()
    return took


# %% wrong: birth-counted
def measure(mp, count, clock):
    numbers = mp.Queue()
    mine, yours = mp.Pipe()
    child = mp.Process(target=take, args=(numbers, yours, count))
    began = clock()
    child.start()
    mine.recv()
    for number in range(count):
        numbers.put(number)
    mine.recv()
    took = clock() - began
    child.join()
    return took


# %% wrong: birth-counted (did not wait until it is ready)
def measure(mp, count, clock):
    numbers = mp.Queue()
    mine, yours = mp.Pipe()
    child = mp.Process(target=take, args=(numbers, yours, count))
    child.start()
    began = clock()
    for number in range(count):
        numbers.put(number)
    mine.recv()
    mine.recv()
    took = clock() - began
    child.join()
    return took


# %% wrong: producers-clock
def measure(mp, count, clock):
    numbers = mp.Queue()
    mine, yours = mp.Pipe()
    child = mp.Process(target=take, args=(numbers, yours, count))
    child.start()
    mine.recv()
    began = clock()
    for number in range(count):
        numbers.put(number)
    took = clock() - began
    mine.recv()
    child.join()
    return took


# %% wrong: end-counted
def measure(mp, count, clock):
    numbers = mp.Queue()
    mine, yours = mp.Pipe()
    child = mp.Process(target=take, args=(numbers, yours, count))
    child.start()
    mine.recv()
    began = clock()
    for number in range(count):
        numbers.put(number)
    mine.recv()
    child.join()
    took = clock() - began
    return took


# %% wrong: started-late
def measure(mp, count, clock):
    numbers = mp.Queue()
    mine, yours = mp.Pipe()
    child = mp.Process(target=take, args=(numbers, yours, count))
    child.start()
    mine.recv()
    for number in range(count):
        numbers.put(number)
        if number == 0:
            began = clock()
    mine.recv()
    took = clock() - began
    child.join()
    return took


# %% wrong: not-twice
def measure(mp, count, clock):
    numbers = mp.Queue()
    mine, yours = mp.Pipe()
    child = mp.Process(target=take, args=(numbers, yours, count))
    child.start()
    mine.recv()
    began = clock()
    for number in range(count):
        numbers.put(number)
    mine.recv()
    print(clock())
    took = clock() - began
    child.join()
    return took


# %% wrong: upside-down
def measure(mp, count, clock):
    numbers = mp.Queue()
    mine, yours = mp.Pipe()
    child = mp.Process(target=take, args=(numbers, yours, count))
    child.start()
    mine.recv()
    began = clock()
    for number in range(count):
        numbers.put(number)
    mine.recv()
    took = began - clock()
    child.join()
    return took


# %% wrong: divided
def measure(mp, count, clock):
    numbers = mp.Queue()
    mine, yours = mp.Pipe()
    child = mp.Process(target=take, args=(numbers, yours, count))
    child.start()
    mine.recv()
    began = clock()
    for number in range(count):
        numbers.put(number)
    mine.recv()
    took = clock() - began
    child.join()
    return took / count
