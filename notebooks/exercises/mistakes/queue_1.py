# %% second
def func1(line, n):
    line.put(n + 1)


def ask(mp, numbers):
    boxes = []
    for n in numbers:
        box = mp.SimpleQueue()  # a box for each child: no label needed
        mp.Process(target=func1, args=(box, n)).start()
        boxes.append(box)
    return [box.get() for box in boxes]


# %% wrong: arrival
def func1(que, n):
    que.put(n + 1)


def ask(mp, numbers):
    q1 = mp.Queue()
    for n in numbers:
        mp.Process(target=func1, args=(q1, n)).start()
    return [q1.get() for _ in numbers]


# %% wrong: sorted
def func1(que, n):
    que.put(n + 1)


def ask(mp, numbers):
    q1 = mp.Queue()
    for n in numbers:
        mp.Process(target=func1, args=(q1, n)).start()
    return sorted(q1.get() for _ in numbers)


# %% wrong: returned-not-put
def func1(que, n):
    return n, n + 1


# %% wrong: global-queue under spawn
def func1(n):
    q1.put((n, n + 1))


def ask(mp, numbers):
    global q1
    q1 = mp.Queue()
    for n in numbers:
        mp.Process(target=func1, args=(n,)).start()
    answers = dict(q1.get() for _ in numbers)
    return [answers[n] for n in numbers]


# %% wrong: one-by-one
def ask(mp, numbers):
    q1, answers = mp.Queue(), []
    for n in numbers:
        mp.Process(target=func1, args=(q1, n)).start()
        answers.append(q1.get()[1])
    return answers


# %% wrong: too-few
def ask(mp, numbers):
    q1 = mp.Queue()
    for n in numbers:
        mp.Process(target=func1, args=(q1, n)).start()
    return [q1.get()[1]]


# %% wrong: never-put
def func1(que, n):
    print(n, n + 1)


# %% wrong: too-few-children
def func2(que, numbers):
    for n in numbers:
        que.put((n, n + 1))


def ask(mp, numbers):
    q1 = mp.Queue()
    mp.Process(target=func2, args=(q1, numbers)).start()
    answers = dict(q1.get() for _ in numbers)
    return [answers[n] for n in numbers]


# %% wrong: parent-answered
def ask(mp, numbers):
    q1 = mp.Queue()
    children = [mp.Process(target=func1, args=(q1, n)) for n in numbers]
    for child in children:
        child.start()
    for child in children:
        q1.get()
    for child in children:
        child.join()
    return [n + 1 for n in numbers]
