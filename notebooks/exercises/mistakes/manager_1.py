# %% second
def func1(d, names, name):
    d.update({name: "test"})
    names.extend([name])


def fill(mp, names):
    manager = mp.Manager()
    d, seen = manager.dict(), manager.list()
    for name in names:
        child = mp.Process(target=func1, args=(d, seen, name))
        child.start()
        child.join()
    home = dict(d.items()), sorted(list(seen))
    manager.shutdown()
    return home


# %% wrong: children-outlived-it
def func1(dic_1, list_1, name):
    import time

    time.sleep(0.1)
    dic_1[name] = "test"


def fill(mp, names):
    with mp.Manager() as manager:
        d1, l1 = manager.dict(), manager.list()
        for name in names:
            mp.Process(target=func1, args=(d1, l1, name)).start()
        return d1.copy(), sorted(l1[:])


# %% wrong: asked-after-the-end
def fill(mp, names):
    with mp.Manager() as manager:
        d1, l1 = manager.dict(), manager.list()
        children = [mp.Process(target=func1, args=(d1, l1, name)) for name in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
    return d1.copy(), sorted(l1[:])


# %% wrong: returned-proxies
def fill(mp, names):
    with mp.Manager() as manager:
        d1, l1 = manager.dict(), manager.list()
        children = [mp.Process(target=func1, args=(d1, l1, name)) for name in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return d1, l1


# %% wrong: returned-texts
def fill(mp, names):
    with mp.Manager() as manager:
        d1, l1 = manager.dict(), manager.list()
        children = [mp.Process(target=func1, args=(d1, l1, name)) for name in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return str(d1), str(l1)


# %% wrong: plain-objects
def fill(mp, names):
    d1, l1 = {}, []
    children = [mp.Process(target=func1, args=(d1, l1, name)) for name in names]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return d1, sorted(l1)


# %% wrong: arrival
def fill(mp, names):
    with mp.Manager() as manager:
        d1, l1 = manager.dict(), manager.list()
        for name in names:
            child = mp.Process(target=func1, args=(d1, l1, name))
            child.start()
            child.join()
        return d1.copy(), l1[:]


# %% wrong: read-too-early
import time


def func1(dic_1, list_1, name):
    time.sleep(0.1)
    dic_1[name] = "test"
    list_1.append(name)


def fill(mp, names):
    with mp.Manager() as manager:
        d1, l1 = manager.dict(), manager.list()
        children = [mp.Process(target=func1, args=(d1, l1, name)) for name in names]
        for child in children:
            child.start()
        home = d1.copy(), sorted(l1[:])
        for child in children:
            child.join()
        return home


# %% wrong: read-too-early (by the clock)
import time


def fill(mp, names):
    with mp.Manager() as manager:
        d1, l1 = manager.dict(), manager.list()
        for name in names:
            mp.Process(target=func1, args=(d1, l1, name)).start()
        time.sleep(0.5)
        home = d1.copy(), sorted(l1[:])
        time.sleep(0.6)
        return home


# %% wrong: too-few-children
def func2(dic_1, list_1, names):
    for name in names:
        dic_1[name] = "test"
        list_1.append(name)


def fill(mp, names):
    with mp.Manager() as manager:
        d1, l1 = manager.dict(), manager.list()
        child = mp.Process(target=func2, args=(d1, l1, names))
        child.start()
        child.join()
        return d1.copy(), sorted(l1[:])


# %% wrong: read-by-luck
import time


def fill(mp, names):
    with mp.Manager() as manager:
        d1 = manager.dict()
        l1 = manager.list()
        for name in names:
            mp.Process(target=func1, args=(d1, l1, name)).start()
        time.sleep(1.5)
        return d1.copy(), sorted(l1[:])


# %% second (looks until all are there)
import time


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
        while len(l1) < len(names):
            time.sleep(0.02)
        found = d1.copy(), sorted(l1[:])
        for child in children:
            child.join()
        return found
