# %% second
from threading import Thread


def answers(mp, worker, texts):
    mine, yours = mp.Pipe()
    child = mp.Process(target=worker, args=(yours,))
    child.start()
    # whoever sends may wait, as long as somebody else receives
    sender = Thread(target=lambda: [mine.send(text) for text in [*texts, None]])
    sender.start()
    found = [mine.recv() for _ in texts]
    sender.join()
    child.join()
    return found


# %% wrong: two-full-pipes under spawn
def answers(mp, worker, texts):
    mine, yours = mp.Pipe()
    child = mp.Process(target=worker, args=(yours,))
    child.start()
    mine.send(texts[0])
    found = []
    for text in [*texts[1:], None]:  # one ahead
        mine.send(text)
        found.append(mine.recv())
    child.join()
    return found


# %% wrong: never-sent-home under spawn
def answers(mp, worker, texts):
    mine, yours = mp.Pipe()
    child = mp.Process(target=worker, args=(yours,))
    child.start()
    found = []
    for text in texts:
        mine.send(text)
        found.append(mine.recv())
    child.join()
    return found


# %% wrong: joined-first under spawn
def answers(mp, worker, texts):
    lines = [mp.Pipe() for _ in texts]
    children = [mp.Process(target=worker, args=(yours,)) for _, yours in lines]
    for child, (mine, _), text in zip(children, lines, texts):
        child.start()
        mine.send(text)
    for child in children:
        child.join()
    return [mine.recv() for mine, _ in lines]


# %% wrong: lost-some under spawn
def answers(mp, worker, texts):
    mine, yours = mp.Pipe()
    child = mp.Process(target=worker, args=(yours,))
    child.start()
    for text in texts:
        mine.send(text)
        found = [mine.recv()]
    mine.send(None)
    child.join()
    return found


# %% wrong: out-of-order under spawn
def answers(mp, worker, texts):
    mine, yours = mp.Pipe()
    child = mp.Process(target=worker, args=(yours,))
    child.start()
    found = []
    for text in sorted(texts, reverse=True):
        mine.send(text)
        found.append(mine.recv())
    mine.send(None)
    child.join()
    return found


# %% wrong: cut-down under spawn
def answers(mp, worker, texts):
    mine, yours = mp.Pipe()
    child = mp.Process(target=worker, args=(yours,))
    child.start()
    for text in [*texts, None]:
        mine.send(text and text[:1000])
    found = [mine.recv() for _ in texts]
    child.join()
    return found
