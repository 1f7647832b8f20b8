# %% right: the value behind the proxy
# _getvalue() is what a proxy offers to fetch a plain copy of all it stands for.
def func1(dic_1, list_1, name):
    dic_1[name] = "test"
    list_1.append(name)


def fill(mp, names):
    with mp.Manager() as manager:
        d1, l1 = manager.dict(), manager.list()
        children = [mp.Process(target=func1, args=(d1, l1, name)) for name in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return d1._getvalue(), sorted(l1._getvalue())


# %% right: read from what is printed
# str() of a proxy is the text of what it stands for; literal_eval makes plain objects of it.
from ast import literal_eval


def func1(dic_1, list_1, name):
    dic_1[name] = "test"
    list_1.append(name)


def fill(mp, names):
    with mp.Manager() as manager:
        d1 = manager.dict()
        l1 = manager.list()
        children = [mp.Process(target=func1, args=(d1, l1, name)) for name in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        texts = str(d1), str(l1)
    plain_dict, plain_list = map(literal_eval, texts)
    return plain_dict, sorted(plain_list)


# %% right: closed by hand
# Without `with`: the copies are made when all are back, then the manager is shut down.
def func1(dic_1, list_1, name):
    dic_1[name] = "test"
    list_1.append(name)


def fill(mp, names):
    manager = mp.Manager()
    try:
        d1 = manager.dict()
        l1 = manager.list()
        children = [mp.Process(target=func1, args=(d1, l1, name)) for name in names]
        for child in children:
            child.start()
        while children:
            children.pop().join()
        return {name: text for name, text in d1.items()}, sorted(l1)
    finally:
        manager.shutdown()


# %% wrong: a second must do
# The copies are made after a second, whoever is back by then. Then the office closes over those who are late.
import time


def func1(dic_1, list_1, name):
    dic_1[name] = "test"
    list_1.append(name)


def fill(mp, names):
    with mp.Manager() as manager:
        d1 = manager.dict()
        l1 = manager.list()
        for name in names:
            mp.Process(target=func1, args=(d1, l1, name)).start()
        time.sleep(1)
        return dict(d1), sorted(l1)


# %% wrong: one child for all names
# The papers are right. One child wrote them all; the program has a child for each name.
def func1(dic_1, list_1, names):
    for name in names:
        dic_1[name] = "test"
        list_1.append(name)


def fill(mp, names):
    with mp.Manager() as manager:
        d1 = manager.dict()
        l1 = manager.list()
        child = mp.Process(target=func1, args=(d1, l1, names))
        child.start()
        child.join()
        return dict(d1), sorted(l1)
