# %% right: places in a list
def func1(que, place, n):
    que.put([place, n + 1])


def ask(mp, numbers):
    q = mp.Queue()
    kids = [mp.Process(target=func1, args=(q, i, n)) for i, n in enumerate(numbers)]
    for k in kids:
        k.start()
    result = [None] * len(numbers)
    for _ in kids:
        place, value = q.get()
        result[place] = value
    for k in kids:
        k.join()
    return result


# %% right: a managed dict
def func1(answers, n):
    answers[n] = n + 1


def ask(mp, numbers):
    with mp.Manager() as manager:
        answers = manager.dict()
        kids = [mp.Process(target=func1, args=(answers, n)) for n in numbers]
        for k in kids:
            k.start()
        for k in kids:
            k.join()
        return [answers[n] for n in numbers]


# %% right: pipes
def func1(end, n):
    end.send(n + 1)


def ask(mp, numbers):
    ends = []
    for n in numbers:
        a, b = mp.Pipe()
        mp.Process(target=func1, args=(b, n)).start()
        ends.append(a)
    return [a.recv() for a in ends]


# %% wrong: joined one by one
def func1(que, n):
    que.put(n + 1)


def ask(mp, numbers):
    q, out = mp.Queue(), []
    for n in numbers:
        p = mp.Process(target=func1, args=(q, n))
        p.start()
        out.append(q.get())
        p.join()
    return out


# %% wrong: a managed list, as they come
def func1(answers, n):
    answers.append(n + 1)


def ask(mp, numbers):
    with mp.Manager() as manager:
        answers = manager.list()
        kids = [mp.Process(target=func1, args=(answers, n)) for n in numbers]
        for k in kids:
            k.start()
        for k in kids:
            k.join()
        return list(answers)
