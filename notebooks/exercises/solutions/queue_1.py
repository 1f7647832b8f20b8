def func1(que, n):
    que.put((n, n + 1))  # a label tells which question this answers


def ask(mp, numbers):
    """Let a child answer n + 1 for each number. Return the answers in the order of the numbers."""
    q1 = mp.Queue()
    children = [mp.Process(target=func1, args=(q1, n)) for n in numbers]
    for child in children:
        child.start()
    answers = dict(q1.get() for _ in numbers)  # in the order of arrival, whatever it is
    for child in children:
        child.join()
    return [answers[n] for n in numbers]  # in the order of the questions
