def func1(que, n):
    que.put(n + 1)
    print("answered:", n)


def ask(mp, numbers):
    """Let a child answer n + 1 for each number. Return the answers in the order of the numbers."""
    q1 = mp.Queue()
    for n in numbers:
        mp.Process(target=func1, args=(q1, n)).start()
    return [q1.get(), q1.get(), q1.get()]
