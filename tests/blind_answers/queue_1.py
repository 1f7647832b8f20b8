# %% right: look the answer up
# Each answer comes with its question. The same question twice has the same answer.
def func1(que, n):
    que.put((n, n + 1))
    print("answered:", n)


def ask(mp, numbers):
    q1 = mp.Queue()
    for n in numbers:
        mp.Process(target=func1, args=(q1, n)).start()
    answers = dict(q1.get() for _ in numbers)
    return [answers[n] for n in numbers]


# %% right: a queue for each child
# Who answers where is settled by the queue. All are started before the first is heard.
def func1(que, n):
    que.put(n + 1)
    print("answered:", n)


def ask(mp, numbers):
    queues = []
    for n in numbers:
        queues.append(mp.Queue())
        mp.Process(target=func1, args=(queues[-1], n)).start()
    return [que.get() for que in queues]


# %% right: a shared array
# No queue at all: each child writes into the place of its question; read when all have ended.
def func1(answers, place, n):
    answers[place] = n + 1
    print("answered:", n)


def ask(mp, numbers):
    answers = mp.Array("q", max(1, len(numbers)))
    children = [mp.Process(target=func1, args=(answers, *pair)) for pair in enumerate(numbers)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return answers[: len(numbers)]


# %% wrong: one after the other by the clock
# The second child waits 0.2 s, the third 0.4 s. If the first one is late, the order is wrong.
import time


def func1(que, n, place):
    time.sleep(0.2 * place)
    que.put(n + 1)
    print("answered:", n)


def ask(mp, numbers):
    q1 = mp.Queue()
    for place, n in enumerate(numbers):
        mp.Process(target=func1, args=(q1, n, place)).start()
    return [q1.get() for _ in numbers]


# %% wrong: the parent answers itself
# What the children say is thrown away; the parent works it out again.
def func1(que, n):
    que.put(n + 1)
    print("answered:", n)


def ask(mp, numbers):
    q1 = mp.Queue()
    children = [mp.Process(target=func1, args=(q1, n)) for n in numbers]
    for child in children:
        child.start()
    for child in children:
        q1.get()
        child.join()
    return [n + 1 for n in numbers]
